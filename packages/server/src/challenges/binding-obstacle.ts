import type { Instance } from '@sallyport/engine'
import type { AuthenticatorRow } from '../authenticators/authenticator-row.ts'
import { type EnrolmentRules, enrolmentObstacle } from '../authenticators/enrolment-obstacle.ts'
import type { NamedMethod } from '../authenticators/named-method.ts'
import { strengthObstacle } from '../authenticators/strength-obstacle.ts'
import type { TokenClaims } from '../tokens/challenge-token.ts'

/** Why a token may not bind an authenticator of a method to its user now. Asked before a binding is begun, and again in the transaction that binds. */
export function bindingObstacle(
  token: TokenClaims,
  instance: Instance,
  bound: readonly AuthenticatorRow[],
  { name, noun }: NamedMethod,
  rules: EnrolmentRules,
): string | undefined {
  return (
    enrolmentObstacle({ token, instance, isEnrolled: bound.length > 0, rules, noun }) ??
    strengthObstacle({ token, instance, bound, method: name })
  )
}
