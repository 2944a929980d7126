import type { MethodDriver } from '../../contract/method-driver.ts'
import { spokenWord } from './spoken-word.ts'
import { codeFor } from './spoken-word-routes.ts'

/** A device that knows the secret. */
interface Device {
  secret: string
}

export const spokenWordDriver: MethodDriver<Device> = {
  method: spokenWord,
  settings: { language: 'mi' },
  isPortable: false,
  beginBinding: (client, headers) => client.send('POST', '/client/user-authenticators/spoken-word/secret', headers),
  async finishBinding(client, headers, { body: { challengeId, secret } }, isRight) {
    const device = { secret: String(secret) }
    const code = codeFor(device.secret, isRight ? String(challengeId) : 'another challenge')
    return { device, answer: await client.send('POST', '/client/user-authenticators/spoken-word', headers, { challengeId, code }) }
  },
  beginChallenge: (client, headers) => client.send('POST', '/client/challenge/spoken-word', headers),
  answerChallenge(client, headers, { body: { challenge } }, { secret }, isRight, extra) {
    const code = codeFor(secret, isRight ? String(challenge) : 'another challenge')
    return client.send('POST', '/client/verify/spoken-word', headers, { challenge, code, ...extra })
  },
  secretsOf: ({ secret }) => [secret],
}
