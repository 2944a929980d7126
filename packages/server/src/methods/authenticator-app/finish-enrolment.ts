import { type BoundAuthenticator, type FinishBindingDeps, finishBinding } from '../../challenges/finish-binding.ts'
import { refuse } from '../../challenges/refusal.ts'
import type { Tenant } from '../../configuration/tenant.ts'
import type { TokenClaims } from '../../tokens/challenge-token.ts'
import { authenticatorAppName } from './authenticator-app-name.ts'
import { findObstacle, loadAuthenticatorAppSettings } from './authenticator-app-settings.ts'
import { findStep, usualScheme } from './one-time-password.ts'

/** A person types the first code while they learn how the app works. */
const tries = 5

/** Binds the app whose first code this is to the user of the token, as `finishBinding` does. The code is then used up, like every accepted one. */
export function finishEnrolment(
  deps: FinishBindingDeps,
  tenant: Tenant,
  token: TokenClaims,
  { userAuthenticatorId, code, ipAddress }: { userAuthenticatorId: string; code: string; ipAddress: string },
): Promise<BoundAuthenticator> {
  const settings = loadAuthenticatorAppSettings(tenant)
  return finishBinding(deps, tenant, token, {
    method: authenticatorAppName,
    rules: settings.rules,
    challengeId: userAuthenticatorId,
    userAuthenticatorId,
    tries,
    async check({ secret = '' }) {
      const step = findStep(secret, usualScheme, code, deps.clock())
      if (step === undefined) return refuse('code_mismatch')
      return { verified: true, columns: { sign_count: step, details: {} }, userVerified: false }
    },
    findObstacle: (bound) => findObstacle(settings, bound),
    ipAddress,
  })
}
