import type { VerificationMethod } from '@sallyport/engine'

/** A verification method with the words that sentences about it need. */
export interface NamedMethod {
  name: VerificationMethod
  /** `passkey`. */
  noun: string
  /** `a passkey`. */
  aNoun: string
  /**
   * An answer could be guessed, as a code that people type can. Each is counted as wrong in the store before it is judged, and refused with 429 after too many
   * wrong ones (`tries/take-guess.ts`). The method does nothing for it. Such a method is answered with a token only.
   */
  isGuessable?: true
  /** Of which its user is told in words of its own (EN-06): that it was used, and that a new one took the place of the one before. */
  notices?: { used: 'recovery_used'; replaced: 'recovery_codes_regenerated' }
}
