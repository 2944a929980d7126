/** What the proof of a verification method is worth, in the terms of NIST SP 800-63B. */
export interface MethodProperties {
  /** The proof is bound to the site that asks for it, so that no other site can obtain it ("Phishing (Verifier Impersonation) Resistance"). */
  readonly phishingResistant: boolean
  /** It shows that the user has something: a key, a device, a list of codes. */
  readonly possession: boolean
  /** It shows that the user knows something that is memorised. */
  readonly knowledge: boolean
  /** It comes by another channel than the one that asks for it. */
  readonly outOfBand: boolean
  /** NIST allows it under conditions only, because the telephone network can be redirected ("Restricted Authenticators"). */
  readonly restricted: boolean
  /** The server can bind it from what it already knows or makes itself; the user's device need not take part. */
  readonly boundByServerAlone: boolean
  /** The authenticator can check a PIN or a biometric, and says whether it did ("user verification"). */
  readonly verifiesUser: boolean
  /** It gets a user back into an account, and is no way to use it: NIST SP 800-63B-4, "Account Recovery". */
  readonly recovery: boolean
}

// biome-ignore format: one table, a row for each method.
/** The verification methods of the wire API with their properties. The one place that lists them. */
export const verificationMethods = {
  // Codes sent to a number or a mailbox. A mailbox can be opened from anywhere, so that it shows no possession (NIST SP 800-63B, "Out-of-Band Devices").
  SMS: { phishingResistant: false, possession: true, knowledge: false, outOfBand: true, restricted: true, boundByServerAlone: true, verifiesUser: false, recovery: false },
  WHATSAPP: { phishingResistant: false, possession: true, knowledge: false, outOfBand: true, restricted: false, boundByServerAlone: true, verifiesUser: false, recovery: false },
  EMAIL_OTP: { phishingResistant: false, possession: false, knowledge: false, outOfBand: true, restricted: false, boundByServerAlone: true, verifiesUser: false, recovery: false },
  EMAIL_MAGIC_LINK: { phishingResistant: false, possession: false, knowledge: false, outOfBand: true, restricted: false, boundByServerAlone: true, verifiesUser: false, recovery: false },
  // Secrets that the server makes: a seed, and codes to keep ("Single-Factor OTP", "Look-Up Secrets").
  AUTHENTICATOR_APP: { phishingResistant: false, possession: true, knowledge: false, outOfBand: false, restricted: false, boundByServerAlone: true, verifiesUser: false, recovery: false },
  RECOVERY_CODE: { phishingResistant: false, possession: true, knowledge: false, outOfBand: false, restricted: false, boundByServerAlone: true, verifiesUser: false, recovery: true },
  // Keys that sign for one site only (WebAuthn).
  PASSKEY: { phishingResistant: true, possession: true, knowledge: false, outOfBand: false, restricted: false, boundByServerAlone: false, verifiesUser: true, recovery: false },
  SECURITY_KEY: { phishingResistant: true, possession: true, knowledge: false, outOfBand: false, restricted: false, boundByServerAlone: false, verifiesUser: true, recovery: false },
  // Keys of an enrolled device. What they sign names no site.
  DEVICE: { phishingResistant: false, possession: true, knowledge: false, outOfBand: false, restricted: false, boundByServerAlone: false, verifiesUser: false, recovery: false },
  PUSH: { phishingResistant: false, possession: true, knowledge: false, outOfBand: true, restricted: false, boundByServerAlone: false, verifiesUser: false, recovery: false },
  QR_CODE: { phishingResistant: false, possession: true, knowledge: false, outOfBand: true, restricted: false, boundByServerAlone: false, verifiesUser: false, recovery: false },
  IN_APP: { phishingResistant: false, possession: true, knowledge: false, outOfBand: false, restricted: false, boundByServerAlone: false, verifiesUser: false, recovery: false },
  // Identity checks and biometrics. They compare a person with a record, which by itself is no authenticator of NIST SP 800-63B.
  VERIFF: { phishingResistant: false, possession: false, knowledge: false, outOfBand: false, restricted: false, boundByServerAlone: false, verifiesUser: false, recovery: false },
  IPROOV: { phishingResistant: false, possession: false, knowledge: false, outOfBand: false, restricted: false, boundByServerAlone: false, verifiesUser: false, recovery: false },
  IDVERSE: { phishingResistant: false, possession: false, knowledge: false, outOfBand: false, restricted: false, boundByServerAlone: false, verifiesUser: false, recovery: false },
  ONFIDO: { phishingResistant: false, possession: false, knowledge: false, outOfBand: false, restricted: false, boundByServerAlone: false, verifiesUser: false, recovery: false },
  PALM_BIOMETRICS_RR: { phishingResistant: false, possession: false, knowledge: false, outOfBand: false, restricted: false, boundByServerAlone: false, verifiesUser: false, recovery: false },
  // Statements of somebody else: a wallet, an identity provider.
  DIGITAL_CREDENTIAL: { phishingResistant: false, possession: true, knowledge: false, outOfBand: false, restricted: false, boundByServerAlone: false, verifiesUser: false, recovery: false },
  APPLE_ID_TOKEN: { phishingResistant: false, possession: false, knowledge: false, outOfBand: false, restricted: false, boundByServerAlone: false, verifiesUser: false, recovery: false },
  GOOGLE_ID_TOKEN: { phishingResistant: false, possession: false, knowledge: false, outOfBand: false, restricted: false, boundByServerAlone: false, verifiesUser: false, recovery: false },
  OIDC_PROVIDER: { phishingResistant: false, possession: false, knowledge: false, outOfBand: false, restricted: false, boundByServerAlone: false, verifiesUser: false, recovery: false },
} as const satisfies Readonly<Record<string, MethodProperties>>

/** How a user proves who they are. The names are the wire API's. */
export type VerificationMethod = keyof typeof verificationMethods

/** True for a verification method that this release knows. */
export function isVerificationMethod(text: string): text is VerificationMethod {
  return Object.hasOwn(verificationMethods, text)
}
