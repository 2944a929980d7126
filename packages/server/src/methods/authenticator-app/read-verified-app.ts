import type { BoundColumns } from '../../authenticators/authenticator-row.ts'
import type { VerifiedAuthenticator } from '../../authenticators/verified-authenticator.ts'
import { ApiError } from '../../errors/api-error.ts'
import type { AuthenticatorAppDetails } from './authenticator-app-details.ts'
import { readUri, usualScheme } from './one-time-password.ts'

/** The columns, and the seed, of an authenticator app that the application enrolled by its own means: wire API, `otpUri`. */
export function readVerifiedApp({ otpUri }: VerifiedAuthenticator): BoundColumns & { secret: string } {
  if (otpUri === undefined) throw new ApiError('invalid_request', '`otpUri` is required for AUTHENTICATOR_APP')
  const read = readUri(otpUri)
  if (typeof read === 'string') throw new ApiError('invalid_request', `\`otpUri\` ${read}`)
  const { seed, scheme } = read
  const isUsual = JSON.stringify(scheme) === JSON.stringify(usualScheme)
  const details: AuthenticatorAppDetails = isUsual ? {} : { scheme }
  return { secret: seed, details }
}
