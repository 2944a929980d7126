import { inApp } from '../../src/methods/in-app/in-app.ts'
import type { Method } from '../../src/methods/method.ts'
import { push } from '../../src/methods/push/push.ts'
import { qrCode } from '../../src/methods/qr-code/qr-code.ts'
import { createSoftwarePhone, type SoftwarePhone } from '../support/software-phone.ts'
import type { Answer, Ceremonies, Headers } from '../support/test-ceremony.ts'
import type { MethodDriver } from './method-driver.ts'

/** A device registers its key in one step, so that beginning is all there is. */
function binding(path: string) {
  const devices = new WeakMap<Answer, SoftwarePhone>()
  return {
    bindsAtOnce: true,
    async beginBinding(client: Ceremonies, headers: Headers): Promise<Answer> {
      const device = createSoftwarePhone()
      const body = { publicKey: device.publicKey, deviceName: 'Phone', devicePlatform: 'android' }
      const answer = await client.send('POST', `/client/user-authenticators/${path}`, headers, body)
      devices.set(answer, device)
      return answer
    },
    async finishBinding(_client: Ceremonies, _headers: Headers, begun: Answer) {
      return { device: devices.get(begun) ?? createSoftwarePhone(), answer: begun }
    },
  }
}

const common = (method: Method) => ({ method, settings: {}, isPortable: true, secretsOf: () => [] })

export const pushDriver: MethodDriver<SoftwarePhone> = {
  ...common(push),
  ...binding('push'),
  beginChallenge: (client, headers) => client.send('POST', '/client/challenge/push', headers, {}),
  async answerChallenge(client, headers, { body: { challengeId, verificationCode } }, device, isRight, extra) {
    const signature = device.sign(isRight ? String(challengeId) : 'another')
    const decision = { publicKey: device.publicKey, challengeId, signature, approved: true, verificationCode }
    const decided = await client.send('POST', '/client/user-authenticators/push/challenge', headers, decision)
    if (decided.status !== 200) return decided
    return client.send('POST', '/client/verify/push', headers, { challengeId, ...extra })
  },
}

export const inAppDriver: MethodDriver<SoftwarePhone> = {
  ...common(inApp),
  ...binding('in-app'),
  asksNothing: true,
  beginChallenge: async () => ({ status: 200, body: {}, headers: {} }),
  async answerChallenge(client, headers, begun, device, isRight, extra) {
    // The same challenge for the same beginning: of many answers at once, one counts.
    const started = await startedOnce(client, headers, begun)
    const challengeId = String(started.body.challengeId)
    const body = { challengeId, publicKey: device.publicKey, signature: device.sign(isRight ? challengeId : 'another'), ...extra }
    return client.send('POST', '/client/verify/in-app', headers, body)
  },
}

const started = new WeakMap<Answer, Promise<Answer>>()

function startedOnce(client: Ceremonies, headers: Headers, begun: Answer): Promise<Answer> {
  const made = started.get(begun) ?? client.send('POST', '/client/challenge', headers)
  started.set(begun, made)
  return made
}

export const qrCodeDriver: MethodDriver<SoftwarePhone> = {
  ...common(qrCode),
  ...binding('qr-code'),
  isCollectedByCode: true,
  beginChallenge: (client, headers) => client.send('POST', '/client/challenge/qr-code', headers, { action: 'transfer' }),
  async answerChallenge(client, headers, { body: { challengeId, deviceCode } }, device, isRight, extra) {
    const path = '/client/user-authenticators/qr-code/challenge'
    const signed = { publicKey: device.publicKey, challengeId, signature: device.sign(isRight ? String(challengeId) : 'another') }
    const claimed = await client.send('POST', `${path}/claim`, headers, signed)
    if (claimed.status !== 200) return claimed
    const decided = await client.send('POST', path, headers, { ...signed, approved: true })
    if (decided.status !== 200) return decided
    return client.send('POST', '/client/verify/qr-code', headers, { challengeId, deviceCode, ...extra })
  },
}
