import { recoveryCode } from '../../src/methods/recovery-code/recovery-code.ts'
import type { MethodDriver } from './method-driver.ts'

/** A sheet of paper. */
interface Sheet {
  codes: string[]
}

const wrongCode = '22222-22222-22222-22222'

export const recoveryCodeDriver: MethodDriver<Sheet> = {
  method: recoveryCode,
  settings: { requireChallengeToAdd: false },
  isPortable: false,
  takesCodes: true,
  asksNothing: true,
  bindingTries: 5,
  isRecovery: true,
  isOnly: true,
  async prepare(client, headers) {
    const transfer = { actionCode: 'transfer', defaultUserActionResult: 'ALLOW', verificationMethods: ['RECOVERY_CODE'] }
    await client.send('POST', '/management/action-configurations', headers, transfer)
  },
  beginBinding: (client, headers) => client.send('POST', '/client/user-authenticators/recovery-code', headers),
  async finishBinding(client, headers, { body: { recoveryCodes } }, isRight) {
    const device = { codes: (recoveryCodes ?? []) as string[] }
    const verificationCode = isRight ? (device.codes[0] ?? wrongCode) : wrongCode
    return { device, answer: await client.send('POST', '/client/verify/recovery-code', headers, { verificationCode }) }
  },
  beginChallenge: async () => ({ status: 200, body: {}, headers: {} }),
  answerChallenge(client, headers, _begun, { codes }, isRight, extra) {
    const verificationCode = isRight ? (codes[0] ?? '') : wrongCode
    return client.send('POST', '/client/verify/recovery-code', headers, { verificationCode, ...extra })
  },
  secretsOf: ({ codes }) => codes,
}
