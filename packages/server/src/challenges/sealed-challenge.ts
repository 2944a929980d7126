import type { NamedMethod } from '../authenticators/named-method.ts'
import type { TokenClaims } from '../tokens/challenge-token.ts'
import { challengeLifetimeMs } from './challenge-row.ts'
import type { ChallengeOwner, ChallengeSeal } from './challenge-seal.ts'
import { toUuid } from './to-uuid.ts'

/** Whom a challenge is for: the user and instance of a token, or without one whoever answers. */
export interface Asked {
  tenantId: string
  token: TokenClaims | undefined
  method: NamedMethod
}

interface Expiring {
  /** Milliseconds UTC. */
  expiresAt: number
}

/** A challenge that was answered, and can be: made here, for this caller, not expired. */
export type OpenedChallenge<Content extends Expiring> = Content & {
  challengeId: string
  /** As it was sent out. */
  text: string
}

/** How far apart the clocks of two server processes may be. */
const maxSkewMs = 60_000

/** Seals a challenge with what its answer is checked against. Nothing is stored until it is answered. */
export function sealChallenge(seal: ChallengeSeal, asked: Asked, content: Expiring): { challengeId: string; challenge: string } {
  const challenge = seal.seal(ownerOf(asked), content)
  return { challengeId: idOfSealed(challenge, content.expiresAt), challenge }
}

/**
 * The challenge that was answered, when this caller can answer it: one made with a token is answered with a token for the same instance, one
 * made without is answered without, and one of another method is none. Whether it was answered before is not known from it.
 */
export function openChallenge<Content extends Expiring>(
  seal: ChallengeSeal,
  asked: Asked,
  text: string,
  at: number,
): OpenedChallenge<Content> | undefined {
  // TK-03: the token of a passed challenge answers no other one.
  if (asked.token !== undefined && asked.token.kind !== 'challenge') return undefined
  const content = seal.open(ownerOf(asked), text) as Content | undefined
  if (content === undefined) return undefined
  if (!canBeAnswered(content, at)) return undefined
  return { ...content, challengeId: idOfSealed(text, content.expiresAt), text }
}

/** Whether a sealed challenge can still be answered. A-26: a clock that was set back makes no challenge live longer. */
export function canBeAnswered({ expiresAt }: Expiring, at: number): boolean {
  const left = expiresAt - at
  return left > 0 && left <= challengeLifetimeMs + maxSkewMs
}

/**
 * The id of a sealed challenge, which begins with random bytes and vouches for itself: a time, then the random bytes. Ids of challenges that are made one
 * after the other lie side by side in the store's index, so that a sign-in writes to few of its pages. A challenge without a time in it has the id of
 * `idOfRegistration` (methods/passkey): a registration has to be found by its challenge alone, and is rare.
 */
export function idOfSealed(challenge: string, at: number): string {
  const bytes = Buffer.from(challenge.slice(0, 24), 'base64url')
  bytes.writeUIntBE(at, 0, 6)
  return toUuid(bytes)
}

function ownerOf({ tenantId, token, method }: Asked): ChallengeOwner {
  const { name } = method
  return token === undefined ? [tenantId, name] : [tenantId, name, token.userId, token.actionCode, token.idempotencyKey]
}
