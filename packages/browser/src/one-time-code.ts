import type { Result } from './result.ts'
import type { Sallyport } from './sallyport.ts'
import { type CallOptions, type ChallengeData, type EnrollData, type VerifyData, withToken } from './with-token.ts'

interface OneTimeCode {
  /** Sends a code to the user's address on file. */
  challenge(options?: CallOptions): Promise<Result<ChallengeData>>
  verify(options: CallOptions & { code: string }): Promise<Result<VerifyData>>
}

export interface EmailOtp extends OneTimeCode {
  /** Sends a code to the address. `verify` with it enrols the address. */
  enroll(options: CallOptions & { email: string }): Promise<Result<EnrollData>>
}

export interface Sms extends OneTimeCode {
  /** Sends a code to the number. `verify` with it enrols the number. */
  enroll(options: CallOptions & { phoneNumber: string }): Promise<Result<EnrollData>>
}

export interface WhatsApp extends OneTimeCode {
  /** Sends a code to the WhatsApp of the number. `verify` with it enrols the number. */
  enroll(options: CallOptions & { phoneNumber: string }): Promise<Result<EnrollData>>
}

/** Codes sent by mail. */
export function emailOtp(sallyport: Sallyport): EmailOtp {
  return {
    ...codeBy(sallyport, 'email-otp'),
    enroll: ({ email, ...options }) => withToken(sallyport, 'user-authenticators/email-otp', options, { email }),
  }
}

/** Codes sent as text messages. */
export function sms(sallyport: Sallyport): Sms {
  return phoneCodeBy(sallyport, 'sms')
}

/** Codes sent by WhatsApp. */
export function whatsapp(sallyport: Sallyport): WhatsApp {
  return phoneCodeBy(sallyport, 'whatsapp')
}

function phoneCodeBy(sallyport: Sallyport, method: string): Sms & WhatsApp {
  return {
    ...codeBy(sallyport, method),
    enroll: ({ phoneNumber, ...options }) => withToken(sallyport, `user-authenticators/${method}`, options, { phoneNumber }),
  }
}

function codeBy(sallyport: Sallyport, method: string): OneTimeCode {
  return {
    challenge: (options = {}) => withToken(sallyport, `challenge/${method}`, options),
    verify: ({ code, ...options }) => withToken(sallyport, `verify/${method}`, options, { verificationCode: code }),
  }
}
