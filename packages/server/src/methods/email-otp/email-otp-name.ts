import type { NamedMethod } from '../../authenticators/named-method.ts'

/** The method of this folder. */
export const emailOtpName = { name: 'EMAIL_OTP', noun: 'mail code', aNoun: 'a mail code', isGuessable: true } as const satisfies NamedMethod
