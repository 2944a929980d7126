import { authenticatorApp } from '../../src/methods/authenticator-app/authenticator-app.ts'
import { codeOf, wrongCodeOf } from '../support/code-of.ts'
import type { MethodDriver } from './method-driver.ts'

/** An app that has read the QR code. */
interface App {
  seed: string
}

const period = 30_000

export const authenticatorAppDriver: MethodDriver<App> = {
  method: authenticatorApp,
  settings: { issuerName: 'Example Bank', allowMultipleUserAuthenticators: true },
  isPortable: false,
  takesCodes: true,
  asksNothing: true,
  bindingTries: 5,
  beginBinding: (client, headers) => client.send('POST', '/client/user-authenticators/totp', headers),
  async finishBinding(client, headers, { body: { secret } }, isRight) {
    const device = { seed: String(secret) }
    const verificationCode = isRight ? codeOf(device.seed, client.now()) : wrongCodeOf(device.seed, client.now())
    return { device, answer: await client.send('POST', '/client/verify/totp', headers, { verificationCode }) }
  },
  beginChallenge: async () => ({ status: 200, body: {}, headers: {} }),
  answerChallenge(client, headers, _begun, { seed }, isRight, extra) {
    // The code of the binding is used up, so this app runs a little ahead.
    const verificationCode = isRight ? codeOf(seed, client.now() + period) : wrongCodeOf(seed, client.now())
    return client.send('POST', '/client/verify/totp', headers, { verificationCode, ...extra })
  },
  secretsOf: ({ seed }) => [seed],
}
