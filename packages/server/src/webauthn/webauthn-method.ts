import type { NamedMethod } from '../authenticators/named-method.ts'
import type { RelyingParty } from './relying-party.ts'

/** A verification method whose authenticators are WebAuthn credentials. */
export interface WebauthnMethod extends NamedMethod {
  /** `passkeys`. */
  plural: string
  /** In force where the tenant has set nothing else. */
  defaults: Pick<RelyingParty, 'userVerification' | 'residentKey' | 'authenticatorAttachment' | 'hints'>
}
