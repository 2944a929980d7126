import { type BeginBindingDeps, beginBinding, refuseBinding } from '../../challenges/begin-binding.ts'
import type { Tenant } from '../../configuration/tenant.ts'
import { createRecoveryCodeSet } from '../../recovery-code.ts'
import type { TokenClaims } from '../../tokens/challenge-token.ts'
import { loadRecoveryCodeRules } from './load-recovery-code-rules.ts'
import { recoveryCodeName } from './recovery-code-name.ts'
import { toSecret } from './recovery-code-set.ts'

export interface NewRecoveryCodes {
  recoveryCodes: string[]
  userId: string
  userAuthenticatorId: string
}

/**
 * Makes a set of recovery codes. They are shown here and nowhere else, and count for nothing until the user has typed one of them (EN-05): with the same token,
 * within five minutes. Then the set before ends.
 */
export async function beginRecoveryCodes(
  deps: BeginBindingDeps & { newId: () => string },
  tenant: Tenant,
  token: TokenClaims,
): Promise<NewRecoveryCodes> {
  const rules = loadRecoveryCodeRules(tenant)
  // Before anything is hashed, and before the transaction, which must not wait for hashes.
  await refuseBinding(deps, token, recoveryCodeName, rules)
  const { codes, hashed } = await createRecoveryCodeSet()
  return beginBinding(deps, token, recoveryCodeName, rules, () => {
    const userAuthenticatorId = deps.newId()
    const reply = { recoveryCodes: codes, userId: token.userId, userAuthenticatorId }
    return { challengeId: userAuthenticatorId, text: null, details: {}, isNameless: true, secret: toSecret(hashed), reply }
  })
}
