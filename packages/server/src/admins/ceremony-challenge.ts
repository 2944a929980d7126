import { challengeLifetimeMs, useUpChallenge } from '../challenges/challenge-row.ts'
import type { ChallengeSeal } from '../challenges/challenge-seal.ts'
import { canBeAnswered, idOfSealed } from '../challenges/sealed-challenge.ts'
import type { Db } from '../storage/store.ts'
import { readClientData } from '../webauthn/check-client-data.ts'

/** Whom a challenge of the portal is for. One never serves as another: neither of two admins, nor of two uses, nor as one of a tenant's users. */
export type CeremonyOwner =
  | { use: 'sign-in' }
  | { use: 'invitation'; tenantId: string; invitationId: string }
  | { use: 'recovery'; tenantId: string; adminId: string }
  | { use: 'passkey' | 'proof'; tenantId: string; adminId: string; sessionId: string }

/** A challenge that was answered and is still open. */
export interface OpenedCeremony<Content> {
  challengeId: string
  expiresAt: number
  text: string
  content: Content
}

interface SealedContent {
  expiresAt: number
  content: unknown
}

/** Seals a challenge with what its answer is checked against. Nothing is stored until it is answered. */
export function sealCeremony(seal: ChallengeSeal, owner: CeremonyOwner, content: object, at: number): string {
  return seal.seal(sealOwner(owner), { expiresAt: at + challengeLifetimeMs, content } satisfies SealedContent)
}

/** The challenge that client data signed, if it was made here for this owner and can still be answered. */
export function openCeremony<Content>(
  seal: ChallengeSeal,
  owner: CeremonyOwner,
  clientDataJSON: string,
  at: number,
): OpenedCeremony<Content> | undefined {
  const text = readClientData(clientDataJSON)?.challenge
  if (typeof text !== 'string') return undefined
  const sealed = seal.open(sealOwner(owner), text) as SealedContent | undefined
  if (sealed === undefined || !canBeAnswered(sealed, at)) return undefined
  return { challengeId: idOfSealed(text, sealed.expiresAt), expiresAt: sealed.expiresAt, text, content: sealed.content as Content }
}

/** Takes a challenge out of use, in the transaction of what it was answered for: true for exactly one answer (TX-06). */
export function useUpCeremony(db: Db, tenantId: string, { challengeId, expiresAt }: OpenedCeremony<unknown>, at: number): Promise<boolean> {
  return useUpChallenge(
    db,
    { tenantId, challengeId, kind: 'portal_authentication', userId: null, actionCode: 'portal', idempotencyKey: null, expiresAt },
    at,
  )
}

/** No tenant has the id `*`, and no verification method begins with `portal`. */
function sealOwner(owner: CeremonyOwner): string[] {
  const name = `portal ${owner.use}`
  if (owner.use === 'sign-in') return ['*', name]
  if (owner.use === 'invitation') return [owner.tenantId, name, owner.invitationId]
  if (owner.use === 'recovery') return [owner.tenantId, name, owner.adminId]
  return [owner.tenantId, name, owner.adminId, owner.sessionId]
}
