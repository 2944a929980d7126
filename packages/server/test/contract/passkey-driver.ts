import { passkey } from '../../src/methods/passkey/passkey.ts'
import {
  type CreationOptions,
  createSoftwareAuthenticator,
  type RequestOptions,
  type SoftwareAuthenticator,
} from '../support/software-authenticator.ts'
import { origin } from '../support/test-ceremony.ts'
import type { MethodDriver } from './method-driver.ts'

const path = '/client/user-authenticators/passkey'
const spoilt = { signature: (signature: Buffer) => signature.fill(1, 8, 12) }

export const passkeyDriver: MethodDriver<SoftwareAuthenticator> = {
  method: passkey,
  settings: { relyingParty: 'localhost', expectedOrigins: [origin] },
  isPortable: true,
  beginBinding: (client, headers) => client.send('POST', `${path}/registration-options`, headers, {}),
  async finishBinding(client, headers, { body: { options, challengeId } }, isRight) {
    const device = createSoftwareAuthenticator({ origin })
    const registrationCredential = device.create(options as CreationOptions, isRight ? {} : { rpId: 'elsewhere.example' })
    return { device, answer: await client.send('POST', path, headers, { registrationCredential, challengeId }) }
  },
  beginChallenge: (client, headers) => client.send('POST', `${path}/authentication-options`, headers, {}),
  answerChallenge(client, headers, { body: { options, challengeId } }, device, isRight, extra) {
    const authenticationCredential = device.get(options as RequestOptions, isRight ? undefined : spoilt)
    return client.send('POST', '/client/verify/passkey', headers, { authenticationCredential, challengeId, ...extra })
  },
  secretsOf: () => [],
}
