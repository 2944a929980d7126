import { securityKey } from '../../src/methods/security-key/security-key.ts'
import {
  type CreationOptions,
  createSoftwareAuthenticator,
  type RequestOptions,
  type SoftwareAuthenticator,
} from '../support/software-authenticator.ts'
import { origin } from '../support/test-ceremony.ts'
import type { MethodDriver } from './method-driver.ts'

const path = '/client/user-authenticators/security-key'
const spoilt = { signature: (signature: Buffer) => signature.fill(1, 8, 12) }

export const securityKeyDriver: MethodDriver<SoftwareAuthenticator> = {
  method: securityKey,
  settings: { relyingParty: 'localhost', expectedOrigins: [origin] },
  isPortable: true,
  beginBinding: (client, headers) => client.send('POST', `${path}/registration-options`, headers),
  async finishBinding(client, headers, { body: options }, isRight) {
    const device = createSoftwareAuthenticator({ origin })
    const credential = device.create(options as unknown as CreationOptions, isRight ? {} : { rpId: 'elsewhere.example' })
    return { device, answer: await client.send('POST', path, headers, credential) }
  },
  beginChallenge: (client, headers) => client.send('POST', `${path}/authentication-options`, headers),
  answerChallenge(client, headers, { body: options }, device, isRight, extra) {
    const answer = device.get(options as unknown as RequestOptions, isRight ? undefined : spoilt)
    return client.send('POST', '/client/verify/security-key', headers, { ...answer, ...extra })
  },
  secretsOf: () => [],
}
