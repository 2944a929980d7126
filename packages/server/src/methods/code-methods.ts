import { emailOtp } from './email-otp/email-otp.ts'
import type { Method } from './method.ts'
import type { CodeMethod } from './one-time-code/code-method.ts'
import { sms } from './sms/sms.ts'
import { whatsapp } from './whatsapp/whatsapp.ts'

/** The methods that send codes, which the application's server can ask for too. */
export const codeMethods: readonly (Method & CodeMethod)[] = [emailOtp, sms, whatsapp]
