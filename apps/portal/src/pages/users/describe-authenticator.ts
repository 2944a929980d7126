import type { Answer } from '../../api/api.ts'
import { methodWords } from '../../parts/method-words.ts'

export type Authenticator = Answer<'get', '/users/{userId}/authenticators'>[number]

/** What people call it: the name somebody gave it, else that of its model, else what it sends to, else its method. */
export function authenticatorName(authenticator: Authenticator): string {
  const { name, webauthnCredential, email, phoneNumber, verificationMethod } = authenticator
  return name ?? webauthnCredential?.name ?? email ?? phoneNumber ?? capital(methodWords(verificationMethod))
}

/** The provider or model as it says of itself. `undefined`: it does not. */
export function providerOf({ webauthnCredential }: Authenticator): string | undefined {
  return webauthnCredential?.aaguidMapping?.name
}

/** Where the key is, in words. `undefined`: it is no key. */
export function keptWords({ webauthnCredential }: Authenticator): string | undefined {
  if (webauthnCredential === undefined) return undefined
  const { credentialDeviceType, credentialBackedUp } = webauthnCredential
  if (credentialDeviceType === 'singleDevice') return 'device-bound'
  if (credentialDeviceType === 'multiDevice') return credentialBackedUp ? 'synced' : 'can be synced, is not'
  return 'not known'
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
