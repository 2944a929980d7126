import type { Method } from '../method.ts'
import type { CodeMethod } from '../one-time-code/code-method.ts'
import { codeRoutes } from '../one-time-code/code-routes.ts'
import { mailCarrier } from '../one-time-code/mail-carrier.ts'
import { readMailAddress } from '../one-time-code/read-mail-address.ts'
import { emailOtpConfiguration } from './email-otp-configuration.ts'
import { emailOtpName } from './email-otp-name.ts'

const codes: CodeMethod = {
  ...emailOtpName,
  path: 'email-otp',
  destination: 'email',
  channel: 'mail',
  readDestination: (_settings, text) => readMailAddress(text),
  carrierOf: (deps, tenant, settings, message) => mailCarrier(deps, tenant, settings, emailOtpName.name, message),
}

/** Codes sent by mail. A mailbox can be opened from anywhere, so a code shows less than a key does (OT-09). */
export const emailOtp: Method & CodeMethod = { ...codes, configuration: emailOtpConfiguration, routes: { client: [codeRoutes(codes)] } }
