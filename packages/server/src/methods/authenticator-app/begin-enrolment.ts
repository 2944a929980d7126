import { renderSVG } from 'uqr'
import { type BeginBindingDeps, beginBinding } from '../../challenges/begin-binding.ts'
import type { Tenant } from '../../configuration/tenant.ts'
import { ApiError } from '../../errors/api-error.ts'
import type { TokenClaims } from '../../tokens/challenge-token.ts'
import type { UserRow } from '../../user-record/user-row.ts'
import { authenticatorAppName } from './authenticator-app-name.ts'
import { findObstacle, loadAuthenticatorAppSettings } from './authenticator-app-settings.ts'
import { createSeed, toUri } from './one-time-password.ts'

export type BeginEnrolmentDeps = BeginBindingDeps & { newId: () => string }

export interface BegunEnrolment {
  /** What the app reads. */
  uri: string
  /** The seed in it, base32, for an app without a camera. */
  secret: string
  /** `uri` as an image. */
  qrCode: string
  userId: string
  userAuthenticatorId: string
}

/**
 * Makes the seed of an authenticator app. It is shown here and nowhere else (OT-03), and counts for nothing until the first code comes (EN-05): with the token
 * that asked, within five minutes.
 */
export function beginEnrolment(deps: BeginEnrolmentDeps, tenant: Tenant, token: TokenClaims): Promise<BegunEnrolment> {
  const settings = loadAuthenticatorAppSettings(tenant)
  return beginBinding(deps, token, authenticatorAppName, settings.rules, (user, bound) => {
    const obstacle = findObstacle(settings, bound)
    if (obstacle !== undefined) throw new ApiError('invalid_request', obstacle)
    const secret = createSeed()
    const uri = toUri(secret, { issuer: settings.issuerName, label: labelOf(user) })
    const userAuthenticatorId = deps.newId()
    const qrCode = `data:image/svg+xml;base64,${Buffer.from(renderSVG(uri, { border: 2 })).toString('base64')}`
    const reply = { uri, secret, qrCode, userId: token.userId, userAuthenticatorId }
    return { challengeId: userAuthenticatorId, text: null, details: {}, isNameless: true, secret, reply }
  })
}

/** Under which name the app lists it. */
function labelOf({ email, username, user_id }: UserRow): string {
  return email ?? username ?? user_id
}
