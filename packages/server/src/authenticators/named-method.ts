import type { VerificationMethod } from '@sallyport/engine'

/** A verification method with the words that sentences about it need. */
export interface NamedMethod {
  name: VerificationMethod
  /** `passkey`. */
  noun: string
  /** `a passkey`. */
  aNoun: string
}
