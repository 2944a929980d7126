import { type VerificationMethod, verificationMethods } from '../methods/verification-method.ts'
import type { ChallengeStrength } from './challenge-strength.ts'

/** What an authenticator showed of one answer. Everything else that the answer proves follows from its method. */
export interface ShownProof {
  /** It verified its user by a PIN or a biometric. */
  userVerified: boolean
  /** Its key cannot leave it. */
  isDeviceBound: boolean
}

export type UnmetDemand = 'not_phishing_resistant' | 'user_not_verified' | 'not_device_bound'

/**
 * What a good answer lacks of what its challenge requires; `undefined`: nothing.
 *
 * An answer proves what the properties of its method allow, whatever else it claims. This is the only place that weighs an answer. Whoever judges one asks here, on every path; how old a proof may be is asked when it is
 * used (`maxAgeMs`).
 */
export function unmetDemand(method: VerificationMethod, shown: ShownProof, demanded: ChallengeStrength): UnmetDemand | undefined {
  const { phishingResistant, verifiesUser } = verificationMethods[method]
  if (demanded.phishingResistant && !phishingResistant) return 'not_phishing_resistant'
  // A method that cannot verify its user is not asked to: a rule that insists asks for one that resists phishing.
  if (demanded.userVerification && verifiesUser && !shown.userVerified) return 'user_not_verified'
  return demanded.deviceBound && !shown.isDeviceBound ? 'not_device_bound' : undefined
}
