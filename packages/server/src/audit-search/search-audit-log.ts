import { type ExpressionBuilder, sql } from 'kysely'
import type { Actor } from '../audit/actor.ts'
import { ApiError } from '../errors/api-error.ts'
import { toIso } from '../http/iso-time.ts'
import type { AuditLogTable, Schema } from '../storage/schema.ts'
import type { Db } from '../storage/store.ts'

export interface AuditQuery {
  tenantId: string
  /** Milliseconds UTC, both included. */
  from?: number | undefined
  to?: number | undefined
  /** Kind, id, key id or name of the actor. */
  actor?: string | undefined
  /** A name of an event, or what it has before a dot. */
  event?: string | undefined
  userId?: string | undefined
  /** Anywhere in the entry, in upper or lower case. */
  text?: string | undefined
  limit: number
  /** Of the page before. */
  cursor?: string | undefined
}

/** An entry as the wire and the command line show it. */
export interface AuditEntryView {
  auditId: string
  at: string
  event: string
  actor: Actor
  userId?: string | undefined
  details: Record<string, unknown>
  /** Absent from an entry of a release that had no chain. */
  sequence?: number | undefined
  previousHash?: string | undefined
  /** An erasure has taken user, address and details away. */
  isErased: boolean
}

export interface AuditPage {
  entries: AuditEntryView[]
  /** There may be more, also when this page has few entries or none. */
  cursor?: string | undefined
}

/** Entries looked at for one page: a search for what is rare gives a short page, and holds nobody up. */
const scanned = 5000

/** Entries of the audit log, newest first, a page at a time. */
export async function searchAuditLog(db: Db, query: AuditQuery): Promise<AuditPage> {
  const { tenantId, from, to, limit } = query
  let candidates = db.selectFrom('audit_log').where('tenant_id', '=', tenantId)
  if (query.userId !== undefined) candidates = candidates.where('user_id', '=', query.userId)
  if (to !== undefined) candidates = candidates.where('at', '<=', to)
  if (from !== undefined) candidates = candidates.where('at', '>=', from)
  if (query.cursor !== undefined) candidates = candidates.where(isBefore(readCursor(query.cursor)))
  const end = await newestFirst(candidates.select(['at', 'audit_id']))
    .offset(scanned - 1)
    .limit(1)
    .executeTakeFirst()
  let matching = candidates
  if (end !== undefined) matching = matching.where((where) => where.not(isBefore(end)(where)))
  const { actor, event, text } = query
  if (actor !== undefined) matching = matching.where((where) => where.or(actorColumns.map((column) => where(column, '=', actor))))
  if (event !== undefined)
    matching = matching.where((where) => where.or([where('event', '=', event), contains('event', `${event}.`, 'start')]))
  if (text !== undefined) matching = matching.where((where) => where.or(textColumns.map((column) => contains(column, text, 'anywhere'))))
  const found = await newestFirst(matching.selectAll())
    .limit(limit + 1)
    .execute()
  const rows = found.slice(0, limit)
  const last = found.length > limit ? rows.at(-1) : end
  return { entries: rows.map(toView), cursor: last && writeCursor(last) }
}

const actorColumns = ['actor', 'actor_id', 'actor_key_id', 'actor_name'] as const
const textColumns = ['event', 'details', 'user_id', 'ip_address', ...actorColumns] as const

type Place = Pick<AuditLogTable, 'at' | 'audit_id'>

function newestFirst<T extends { orderBy(column: 'at' | 'audit_id', direction: 'desc'): T }>(query: T): T {
  return query.orderBy('at', 'desc').orderBy('audit_id', 'desc')
}

function isBefore({ at, audit_id }: Place) {
  return (where: ExpressionBuilder<Schema, 'audit_log'>) =>
    where.or([where('at', '<', at), where.and([where('at', '=', at), where('audit_id', '<', audit_id)])])
}

/** A text in a column, in upper or lower case where the store knows it: both know the letters from A to Z. */
function contains(column: (typeof textColumns)[number], text: string, where: 'start' | 'anywhere') {
  const pattern = `${where === 'start' ? '' : '%'}${text.replaceAll(/[\\%_]/g, '\\$&')}%`
  return sql<boolean>`(lower(${sql.ref(column)}) LIKE ${pattern.toLowerCase()} ESCAPE '\\' OR ${sql.ref(column)} LIKE ${pattern} ESCAPE '\\')`
}

function writeCursor({ at, audit_id }: Place): string {
  return `${at}_${audit_id}`
}

function readCursor(cursor: string): Place {
  const [, at, audit_id] = /^(\d{1,16})_(.{1,64})$/.exec(cursor) ?? []
  if (at === undefined || audit_id === undefined) throw new ApiError('invalid_request', '`cursor` is not a cursor of an earlier page')
  return { at: Number(at), audit_id }
}

function toView(row: AuditLogTable): AuditEntryView {
  return {
    auditId: row.audit_id,
    at: toIso(row.at),
    event: row.event,
    actor: {
      kind: row.actor as Actor['kind'],
      ...(row.actor_id !== null && { id: row.actor_id }),
      ...(row.actor_name !== null && { name: row.actor_name }),
      ...(row.ip_address !== null && { ipAddress: row.ip_address }),
      ...(row.actor_key_id !== null && { keyId: row.actor_key_id }),
    },
    ...(row.user_id !== null && { userId: row.user_id }),
    details: JSON.parse(row.details),
    ...(row.sequence !== null && row.previous_hash !== null && { sequence: row.sequence, previousHash: row.previous_hash }),
    isErased: row.sequence !== null && row.salt === null,
  }
}
