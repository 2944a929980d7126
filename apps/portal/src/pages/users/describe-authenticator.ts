import type { Answer } from '../../api/api.ts'
import { methodTitle } from '../../parts/method-words.ts'

export type Authenticator = Answer<'get', '/users/{userId}/authenticators'>[number]

/** What people call it: the name somebody gave it, else that of its model, else what it sends to, else its method. */
export function authenticatorName(authenticator: Authenticator): string {
  const { name, webauthnCredential, email, phoneNumber, verificationMethod } = authenticator
  return name ?? webauthnCredential?.name ?? email ?? phoneNumber ?? methodTitle(verificationMethod)
}

/** The provider or model as it says of itself. `undefined`: it does not. */
export function providerOf({ webauthnCredential }: Authenticator): string | undefined {
  return webauthnCredential?.aaguidMapping?.name
}

/** Where the key is, in words, or how many codes are left. `undefined`: it is neither. */
export function keptWords({ webauthnCredential, recoveryCodesLeft }: Authenticator): string | undefined {
  if (recoveryCodesLeft !== undefined) return recoveryCodesLeft === 1 ? '1 code left' : `${recoveryCodesLeft} codes left`
  if (webauthnCredential === undefined) return undefined
  const { credentialDeviceType, credentialBackedUp } = webauthnCredential
  if (credentialDeviceType === 'singleDevice') return 'device-bound'
  if (credentialDeviceType === 'multiDevice') return credentialBackedUp ? 'synced' : 'can be synced, is not'
  return 'not known'
}
