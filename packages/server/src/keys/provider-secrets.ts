import { createBoundCipher } from './bound-cipher.ts'
import type { Keyring } from './keyring.ts'

/** What providers of a tenant are used with, such as an access token: encrypted under the master key, bound to the tenant and its method. */
export interface ProviderSecrets {
  seal(secret: string, tenantId: string, method: string): string
  open(sealed: string, tenantId: string, method: string): string
}

export function createProviderSecrets(masterKey: Keyring | Uint8Array): ProviderSecrets {
  const cipher = createBoundCipher(masterKey, 'sallyport provider secrets')
  return {
    seal: (secret, tenantId, method) => cipher.encrypt(secret, [tenantId, method]),
    open: (sealed, tenantId, method) => cipher.decrypt(sealed, [tenantId, method]),
  }
}
