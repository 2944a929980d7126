import { type VerificationMethod, verificationMethods } from './verification-method.ts'

/** What a passed challenge of a method proves, in two sentences for people. It says what the method's properties say, and nothing else. */
export function describeAssurance(method: VerificationMethod): string {
  const { phishingResistant, possession, outOfBand, restricted, verifiesUser, recovery } = verificationMethods[method]
  if (recovery) return 'Gets a user back into their account. It is no proof to act with, unless a rule names it.'
  const shows = possession
    ? restricted
      ? 'shows that the user receives messages at a number, which a telephone company can redirect'
      : verifiesUser
        ? 'shows that the user has a key and unlocked it with a PIN or biometrics'
        : 'shows that the user has something'
    : outOfBand
      ? 'shows no possession: a mailbox opens from anywhere'
      : 'shows no possession'
  return `${phishingResistant ? 'Resists phishing' : 'Can be phished'}. It ${shows}${outOfBand && possession && !restricted ? ', by another channel than the page that asks' : ''}.`
}
