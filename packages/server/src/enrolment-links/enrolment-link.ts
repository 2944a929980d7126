import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { type Actor, actorJson } from '../audit/actor.ts'
import type { ChallengeRow } from '../challenges/challenge-row.ts'
import { toIso } from '../http/iso-time.ts'
import type { Db } from '../storage/store.ts'
import { hashOfText } from './hash-of-text.ts'

/** How long a link can be used once it can be used at all. */
export const usableForMs = 3 * 24 * 60 * 60 * 1000
/** How long a link waits for the second admin. */
export const waitsForApprovalMs = 7 * 24 * 60 * 60 * 1000

/** What is kept of a link, as `details` of the challenge that it is. Its secrets are not. */
export interface EnrolmentLinkDetails {
  secretHash: string
  cancelHash: string
  reason: string
  issuedBy: Actor
  /** Milliseconds UTC. `null`: a second admin has not approved it. */
  usableFrom: number | null
  approvedBy?: Actor
  cancelledBy?: Actor
  usedAt?: number
}

export type EnrolmentLinkRow = Omit<ChallengeRow, 'details'> & { details: EnrolmentLinkDetails }

export const enrolmentLinkJson = z
  .object({
    linkId: z.string(),
    userId: z.string(),
    state: z.enum(['WAITING_FOR_APPROVAL', 'WAITING', 'USABLE', 'USED', 'CANCELLED', 'EXPIRED']),
    reason: z.string(),
    createdAt: z.string(),
    issuedBy: actorJson,
    approvedBy: actorJson.optional(),
    cancelledBy: actorJson.optional(),
    usableFrom: z.string().optional().meta({ description: 'Absent: a second admin has to approve it first.' }),
    expiresAt: z.string(),
  })
  .meta({ id: 'EnrolmentLink' })

export type EnrolmentLink = z.infer<typeof enrolmentLinkJson>

export function toEnrolmentLink(
  { challenge_id, user_id, created_at, expires_at, consumed_at, details }: EnrolmentLinkRow,
  at: number,
): EnrolmentLink {
  const { reason, issuedBy, approvedBy, cancelledBy, usableFrom, usedAt } = details
  return {
    linkId: challenge_id,
    userId: user_id ?? '',
    state: stateOf(),
    reason,
    createdAt: toIso(created_at),
    issuedBy,
    approvedBy,
    cancelledBy,
    usableFrom: toIso(usableFrom),
    expiresAt: toIso(expires_at),
  }

  function stateOf(): EnrolmentLink['state'] {
    if (usedAt !== undefined) return 'USED'
    if (consumed_at !== null) return 'CANCELLED'
    if (expires_at <= at) return 'EXPIRED'
    if (usableFrom === null) return 'WAITING_FOR_APPROVAL'
    return usableFrom <= at ? 'USABLE' : 'WAITING'
  }
}

/** The part of a link that is secret: it names the link, so that a look-up needs no search. */
export function createLinkSecret(tenantId: string, linkId: string): { text: string; hash: string } {
  const secret = randomBytes(32).toString('base64url')
  return { text: [Buffer.from(tenantId).toString('base64url'), linkId, secret].join('.'), hash: hashOfText(secret) }
}

/** The link that a text names and knows the secret of; open or not. */
export async function findLinkByText(db: Db, text: string, which: 'secretHash' | 'cancelHash'): Promise<EnrolmentLinkRow | undefined> {
  const [tenant = '', linkId = '', secret = ''] = text.split('.')
  const row = await db
    .selectFrom('challenges')
    .selectAll()
    .where('tenant_id', '=', Buffer.from(tenant, 'base64url').toString())
    .where('challenge_id', '=', linkId)
    .where('kind', '=', 'enrolment_link')
    .executeTakeFirst()
  const link = row && toLinkRow(row)
  // 256 random bits: whoever finds how the hash begins has found nothing.
  return link?.details[which] === hashOfText(secret) ? link : undefined
}

export async function listLinkRows(db: Db, tenantId: string, userId: string): Promise<EnrolmentLinkRow[]> {
  const rows = await db
    .selectFrom('challenges')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('user_id', '=', userId)
    .where('kind', '=', 'enrolment_link')
    .orderBy('created_at')
    .orderBy('challenge_id')
    .execute()
  return rows.map(toLinkRow)
}

/** Writes what changed of a link that is still open: false for all but one of those who try at once. */
export async function changeOpenLink(
  db: Db,
  { tenant_id, challenge_id, details }: EnrolmentLinkRow,
  change: Partial<EnrolmentLinkDetails>,
  columns: { consumed_at?: number; expires_at?: number },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('challenges')
    .set({ details: JSON.stringify({ ...details, ...change }), ...columns })
    .where('tenant_id', '=', tenant_id)
    .where('challenge_id', '=', challenge_id)
    .where('consumed_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

function toLinkRow(row: ChallengeRow): EnrolmentLinkRow {
  return { ...row, details: JSON.parse(row.details) as EnrolmentLinkDetails }
}
