import { type BoundAuthenticator, type FinishBindingDeps, finishBinding } from '../../challenges/finish-binding.ts'
import { refuse } from '../../challenges/refusal.ts'
import type { Tenant } from '../../configuration/tenant.ts'
import { recoveryCodeCount } from '../../recovery-code.ts'
import type { TokenClaims } from '../../tokens/challenge-token.ts'
import { loadRecoveryCodeRules } from './load-recovery-code-rules.ts'
import { recoveryCodeName } from './recovery-code-name.ts'
import { findCode, type RecoveryCodeDetails } from './recovery-code-set.ts'

const tries = 5

/** Puts a new set into force when the user types one of its codes, which stays unused. The set before it ends (RC-03). */
export function finishRecoveryCodes(
  deps: FinishBindingDeps,
  tenant: Tenant,
  token: TokenClaims,
  {
    userAuthenticatorId,
    code,
    ipAddress,
    userAgent,
  }: { userAuthenticatorId: string; code: string; ipAddress: string; userAgent?: string | undefined },
): Promise<BoundAuthenticator> {
  const details: RecoveryCodeDetails = { codesLeft: recoveryCodeCount }
  return finishBinding(deps, tenant, token, {
    method: recoveryCodeName,
    rules: loadRecoveryCodeRules(tenant),
    challengeId: userAuthenticatorId,
    userAuthenticatorId,
    tries,
    isOnly: true,
    async check({ secret = '[]' }) {
      if ((await findCode(secret, code)) === undefined) return refuse('code_mismatch')
      return { verified: true, columns: { details }, userVerified: false }
    },
    ipAddress,
    userAgent,
  })
}
