import { isVerificationMethod, verificationMethods } from '../methods/verification-method.ts'
import type { ChallengeRequirements, PolicyDefinition, RuleDefinition } from '../policy/policy-definition.ts'

/** What a challenge requires of the proof that answers it, with every default filled in. */
export interface ChallengeStrength {
  /**
   * Only a proof that no other site could have obtained is accepted (NIST SP 800-63B, "phishing resistance"). Also where a rule asks about the user or the
   * key, because a code that is read off a screen shows neither.
   */
  phishingResistant: boolean
  /** An authenticator that can verify its user has to. Always: a touch alone shows that somebody is there, not who, and is no step-up. */
  userVerification: true
  /** Only a passkey that cannot leave its authenticator is accepted. */
  deviceBound: boolean
  /** How long a passed challenge can approve, in milliseconds. `null`: as long as its token lives. */
  maxAgeMs: number | null
}

const plain: ChallengeStrength = { phishingResistant: false, userVerification: true, deviceBound: false, maxAgeMs: null }

/** What the rule that decided requires of the proof. `null`, or a rule that says nothing, requires what every challenge does. */
export function challengeStrength(rule: Pick<RuleDefinition, 'challenge'> | null): ChallengeStrength {
  const demanded = rule?.challenge
  if (demanded === undefined) return plain
  const { deviceBound = false, maxAgeSeconds } = demanded
  return {
    phishingResistant: needsPhishingResistance(demanded),
    userVerification: true,
    deviceBound,
    maxAgeMs: maxAgeSeconds === undefined ? null : maxAgeSeconds * 1000,
  }
}

/**
 * The methods that may answer a challenge (TX-05): those that the rule names, otherwise those that the action names, otherwise all but
 * recovery codes; of these, the methods that the tenant enabled and that can meet what the rule requires of the proof. Empty: nothing can answer, and the
 * challenge stays unanswered.
 *
 * This is the only place that decides it. The decision asks here, and so does everything that makes or checks a challenge afterwards.
 */
export function challengeMethods(
  rule: Pick<RuleDefinition, 'verificationMethods' | 'challenge'> | null,
  action: Pick<PolicyDefinition, 'verificationMethods'>,
  enabled: readonly string[],
): readonly string[] {
  const named: readonly string[] = rule?.verificationMethods?.length ? rule.verificationMethods : action.verificationMethods
  const mustResist = needsPhishingResistance(rule?.challenge)
  return enabled.filter(
    (method) => (named.length === 0 ? !isRecovery(method) : named.includes(method)) && (!mustResist || resistsPhishing(method)),
  )
}

/** A recovery code gets a user back in where somebody meant it to: an action or rule names it. It stands in for no other method. */
function isRecovery(method: string): boolean {
  return isVerificationMethod(method) && verificationMethods[method].recovery
}

/** Such a method can also say whether the user was verified and where the key lives. */
function resistsPhishing(method: string): boolean {
  return isVerificationMethod(method) && verificationMethods[method].phishingResistant
}

/** A code that is read off a screen shows neither who read it nor on which device. */
function needsPhishingResistance(demanded: ChallengeRequirements | undefined): boolean {
  return (
    demanded !== undefined && (demanded.phishingResistant === true || demanded.deviceBound === true || demanded.userVerification === true)
  )
}

/** The rule that gave an instance its outcome, as it was in the policy that decided. `null`: none did, the default applied. */
export function decidingRule(
  instance: { readonly ruleIds: readonly string[] },
  definition: Pick<PolicyDefinition, 'rules'> | undefined,
): RuleDefinition | null {
  const first = instance.ruleIds[0]
  return (first !== undefined && definition?.rules.find(({ ruleId }) => ruleId === first)) || null
}
