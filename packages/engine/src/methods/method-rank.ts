import { isVerificationMethod, verificationMethods } from './verification-method.ts'

/**
 * How strong a method's proof is beside that of another, for the question whether one may add or replace the other (NIST SP 800-63B-4, "Binding of Additional
 * Authenticators"): 3 resists phishing, 2 shows possession, 1 neither, or possession that a telephone company can redirect. 0: gets a user back in, and is no
 * proof to act with; so is a method that this release does not know.
 */
export function methodRank(method: string): 0 | 1 | 2 | 3 {
  if (!isVerificationMethod(method)) return 0
  const { recovery, phishingResistant, possession, restricted } = verificationMethods[method]
  if (recovery) return 0
  if (phishingResistant) return 3
  return possession && !restricted ? 2 : 1
}
