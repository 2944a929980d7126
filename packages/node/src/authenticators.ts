export const VerificationMethod = {
  SMS: 'SMS',
  EMAIL_OTP: 'EMAIL_OTP',
  EMAIL_MAGIC_LINK: 'EMAIL_MAGIC_LINK',
  AUTHENTICATOR_APP: 'AUTHENTICATOR_APP',
  PASSKEY: 'PASSKEY',
  SECURITY_KEY: 'SECURITY_KEY',
  PUSH: 'PUSH',
  VERIFF: 'VERIFF',
  IPROOV: 'IPROOV',
  IDVERSE: 'IDVERSE',
  PALM_BIOMETRICS_RR: 'PALM_BIOMETRICS_RR',
  RECOVERY_CODE: 'RECOVERY_CODE',
  DEVICE: 'DEVICE',
  WHATSAPP: 'WHATSAPP',
} as const
export type VerificationMethod = (typeof VerificationMethod)[keyof typeof VerificationMethod]

export interface UserAuthenticator {
  userId: string
  userAuthenticatorId: string
  verificationMethod: VerificationMethod
  createdAt: string
  verifiedAt?: string
  lastVerifiedAt?: string
  isDefault?: boolean
  phoneNumber?: string
  email?: string
  username?: string
  displayName?: string
  /** `RECOVERY_CODE`: how many are unused. */
  recoveryCodesLeft?: number
  webauthnCredential?: WebauthnCredential
}

export interface WebauthnCredential {
  credentialId: string
  deviceId?: string
  name: string
  aaguid?: string
  aaguidMapping?: { name: string; svgIconLight?: string; svgIconDark?: string }
  /** Whether the passkey is currently synced to the user's other devices. */
  credentialBackedUp?: boolean
  credentialDeviceType?: 'singleDevice' | 'multiDevice'
  authenticatorAttachment?: 'platform' | 'cross-platform'
  verifiedAt?: string
  parsedUserAgent?: ParsedUserAgent
}

export interface ParsedUserAgent {
  ua: string
  browser?: { name?: string; version?: string; major?: string }
  device?: { model?: string; type?: string; vendor?: string }
  engine?: { name?: string; version?: string }
  os?: { name?: string; version?: string }
  cpu?: { architecture?: string }
}

export interface EnrollVerifiedAuthenticatorRequest {
  userId: string
  attributes: EnrollVerifiedAuthenticatorAttributes
}

/** An authenticator that you have verified yourself, such as a passkey migrated from another system. */
export interface EnrollVerifiedAuthenticatorAttributes {
  verificationMethod: VerificationMethod
  phoneNumber?: string
  email?: string
  isDefault?: boolean
  /** `AUTHENTICATOR_APP`: the `otpauth:` address. */
  otpUri?: string
  /** `PASSKEY`: base64url. */
  credentialId?: string
  /** `PASSKEY`: the COSE key, base64url. */
  credentialPublicKey?: string
  counter?: number
  name?: string
  /** `PASSKEY`: the user handle (`user.id`) it was registered with, base64url. Without it, the first verified answer tells. */
  userHandle?: string
}

export interface EnrollVerifiedAuthenticatorResponse {
  authenticator: UserAuthenticator
  recoveryCodes?: string[]
}

export interface DeleteAuthenticatorRequest {
  userId: string
  userAuthenticatorId: string
}
