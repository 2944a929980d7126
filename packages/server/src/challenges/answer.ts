import type { Confirmation, ShownProof } from '@sallyport/engine'
import type { NamedMethod } from '../authenticators/named-method.ts'
import type { Tenant } from '../configuration/tenant.ts'
import type { Db, InstanceKey } from '../storage/store.ts'
import type { TokenClaims } from '../tokens/challenge-token.ts'
import type { AnsweredChallenge } from './challenge-row.ts'
import type { Refusal } from './refusal.ts'

/** The authenticator that gave an answer. */
export interface AnsweringAuthenticator {
  userId: string
  userAuthenticatorId: string
}

/** What a good answer shows beyond what its method always proves. A method adds what it has to write down. */
export type Proof = ShownProof

export type Verdict<P extends Proof = Proof> = { verified: true; proof: P } | Refusal

/** An answer to a challenge, ready to be recorded. */
export interface Answer {
  tenant: Tenant
  token: TokenClaims | undefined
  method: NamedMethod
  challenge: AnsweredChallenge
  /** The tracked instance that was answered; `undefined`: a sign-in of its own. */
  key: InstanceKey | undefined
  /** The key of that sign-in, which nobody could have chosen. */
  signInKey: string
  /** The challenge was used up before the application was asked. */
  isUsedUp: boolean
  /** What the application said. Absent: it was not asked. */
  confirmation: Confirmation | undefined
  authenticator: AnsweringAuthenticator
  /** Writes what a good answer changes on the authenticator: at least when it was used. Answers with why the proof does not count after all. */
  advance(db: Db, at: number): Promise<string | undefined>
  deviceId: string | undefined
  userAgent: string | undefined
  ipAddress: string
}
