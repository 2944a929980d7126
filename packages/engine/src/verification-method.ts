/** How a person proves who they are, by the names of the wire. */
export type VerificationMethod = keyof typeof verificationMethods

/** What a verification method is worth, after NIST SP 800-63B. */
export interface MethodProperties {
  /** No other site can obtain its proof. */
  phishingResistant: boolean
  /** Proves something the user has. */
  possession: boolean
  /** Proves something the user knows. */
  knowledge: boolean
  /** Comes on another channel than the one that asks. */
  outOfBand: boolean
  /** NIST allows it with conditions only. */
  restricted: boolean
  /** The application can bind it on its own word. */
  boundByServerAlone: boolean
}

const none: MethodProperties = {
  phishingResistant: false,
  possession: false,
  knowledge: false,
  outOfBand: false,
  restricted: false,
  boundByServerAlone: false,
}

/** Every verification method with its properties. */
export const verificationMethods = {
  PASSKEY: { ...none, phishingResistant: true, possession: true, boundByServerAlone: true },
  SECURITY_KEY: { ...none, phishingResistant: true, possession: true },
  AUTHENTICATOR_APP: { ...none, possession: true, boundByServerAlone: true },
  EMAIL_OTP: { ...none, boundByServerAlone: true },
  EMAIL_MAGIC_LINK: { ...none, boundByServerAlone: true },
  SMS: { ...none, possession: true, outOfBand: true, restricted: true, boundByServerAlone: true },
  WHATSAPP: { ...none, possession: true, outOfBand: true, boundByServerAlone: true },
  PUSH: { ...none, possession: true, outOfBand: true },
  DEVICE: { ...none, possession: true },
  QR_CODE: { ...none, possession: true, outOfBand: true },
  RECOVERY_CODE: { ...none, possession: true },
  VERIFF: none,
  IPROOV: none,
  IDVERSE: none,
  PALM_BIOMETRICS_RR: none,
} as const satisfies Record<string, MethodProperties>

export function isVerificationMethod(text: string): text is VerificationMethod {
  return Object.hasOwn(verificationMethods, text)
}
