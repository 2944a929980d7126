import type { AuditChainTable, AuditLogTable } from '../storage/schema.ts'
import { type ChainedRow, entryHash, personalDigest } from './chain-hash.ts'
import { chainBegan } from './insert-audit-entry.ts'

/** The end of a chain at some time, to be kept where nobody who can change the store can change it. */
export interface ChainCheckpoint {
  tenantId: string
  /** ISO 8601. */
  at: string
  /** Number and hash of the last entry. */
  sequence: number
  hash: string
  /** Entries in the store at that time: the earlier ones were erased by retention. */
  entries: number
}

/** Something that is not as it was written. */
export interface ChainFinding {
  kind: 'changed' | 'missing' | 'inserted' | 'unchained' | 'rewritten' | 'erased'
  sequence?: number
  auditId?: string
  /** In words: what is wrong, and where. */
  message: string
}

export interface ChainReport {
  tenantId: string
  /** Entries that are in the store and in the chain. */
  entries: number
  /** The last entry. */
  sequence: number
  hash: string
  /** Entries whose personal part an erasure took away. */
  erased: number
  /** Entries of a release that had no chain: nothing can be said of them. */
  unchained: number
  findings: ChainFinding[]
  /** Findings that there are besides. */
  moreFindings: number
}

/** A chain with everything that is read of it. */
export interface ChainSource {
  chain: AuditChainTable
  /** Chained entries with a number above the first and up to the second, in order. */
  read(after: number, through: number): Promise<AuditLogTable[]>
  /** Entries that are in no chain, as many as there are, and those among them that are younger than the chain. */
  unchained(): Promise<{ count: number; younger: readonly AuditLogTable[] }>
  /** Entries with a number that lies outside of the chain, some of them if there are many. */
  outside(): Promise<readonly AuditLogTable[]>
  /** An earlier end of this chain. */
  checkpoint?: ChainCheckpoint | undefined
}

const pageSize = 500
const maxFindings = 100

/**
 * Follows one chain from its first entry to its last and says where it is broken. Finds an entry that was changed, that is missing, or that was put in
 * later; with a checkpoint also an end that was cut off, and a chain that was written again from some place on.
 */
export async function verifyChain(source: ChainSource): Promise<ChainReport> {
  const { chain, checkpoint } = source
  const findings: ChainFinding[] = []
  const walk: Walk = {
    previous: chain.erased_hash,
    last: chain.erased_through,
    row: undefined,
    unchained: undefined,
    erased: 0,
    accounted: 0,
    entries: 0,
  }
  let atCheckpoint = checkpoint?.sequence === chain.erased_through ? chain.erased_hash : undefined
  for (let after = chain.erased_through; after < chain.sequence; after += pageSize) {
    for (const row of await source.read(after, Math.min(after + pageSize, chain.sequence))) {
      findings.push(...step(walk, row))
      if (walk.last === checkpoint?.sequence) atCheckpoint = walk.previous
    }
  }
  findings.push(...checkEnd(walk, chain))
  findings.push(...(await source.outside()).map((row) => outsideOf(chain, row as ChainedRow)))
  const unchained = await source.unchained()
  findings.push(...checkUnchained(walk.unchained ?? chain.unchained, unchained))
  if (checkpoint !== undefined) findings.push(...checkAgainst(checkpoint, chain, atCheckpoint))
  return {
    tenantId: chain.tenant_id,
    entries: walk.entries,
    sequence: chain.sequence,
    hash: chain.hash,
    erased: walk.erased,
    unchained: unchained.count,
    findings: findings.slice(0, maxFindings),
    moreFindings: Math.max(0, findings.length - maxFindings),
  }
}

interface Walk {
  /** Hash of the last entry. */
  previous: string
  /** Number of the last entry. */
  last: number
  row: ChainedRow | undefined
  entries: number
  /** Entries of earlier releases, as the first entry of the chain says. `undefined`: that entry is gone. */
  unchained: number | undefined
  /** Entries without their personal part, and those that erasures say they took it from. */
  erased: number
  accounted: number
}

/** Goes on to the next entry. */
function* step(walk: Walk, found: AuditLogTable): Generator<ChainFinding> {
  const row = found as ChainedRow
  walk.entries += 1
  if (row.sequence === walk.last) {
    yield at('inserted', row, `two entries have the number ${row.sequence}: one of them was inserted`)
    return
  }
  if (row.sequence > walk.last + 1) yield missing(walk.last + 1, row.sequence - 1)
  else if (row.previous_hash !== walk.previous) yield brokenBetween(walk.row, row)
  if (row.salt === null) {
    walk.erased += 1
    const actor = row.actor === 'user' ? (row.actor_id ?? row.actor_name) : null
    if (row.user_id !== null || row.ip_address !== null || row.details !== '{}' || actor !== null) {
      yield at('changed', row, `entry ${nameOf(row)} was changed: it is marked as erased and is not empty`)
    }
  } else if (digestOf(row) !== row.personal_digest) {
    yield at('changed', row, `entry ${nameOf(row)} was changed: user, address, actor or details are not as they were written`)
  }
  if (row.event === 'user.deleted') walk.accounted += numberIn(row, 'erasedEntries')
  if (row.sequence === 1) walk.unchained = row.event === chainBegan ? numberIn(row, 'unchained') : 0
  walk.previous = entryHash(row)
  walk.last = row.sequence
  walk.row = row
}

function digestOf(row: ChainedRow): string | undefined {
  try {
    return personalDigest(row, JSON.parse(row.details), row.salt ?? '')
  } catch {
    return undefined
  }
}

function numberIn({ details }: ChainedRow, name: string): number {
  try {
    const value: unknown = JSON.parse(details)[name]
    return typeof value === 'number' ? value : 0
  } catch {
    return 0
  }
}

/** A link says of the entry before that it was changed: the hash that was carried on is no longer its own. */
function brokenBetween(before: ChainedRow | undefined, row: ChainedRow): ChainFinding {
  if (before === undefined) {
    return at(
      'changed',
      row,
      `entry ${nameOf(row)} does not follow on the last entry that was erased: the beginning of the chain was changed`,
    )
  }
  const message = `entry ${nameOf(before)} was changed, or the hash that entry ${row.sequence} carries of it`
  return at('changed', before, message)
}

function* checkEnd(walk: Walk, chain: AuditChainTable): Generator<ChainFinding> {
  if (walk.last < chain.sequence) yield missing(walk.last + 1, chain.sequence)
  else if (walk.previous !== chain.hash) {
    const message = `entry ${walk.row === undefined ? walk.last : nameOf(walk.row)}, the last, was changed, or the hash kept of it`
    yield walk.row === undefined ? { kind: 'changed', message } : at('changed', walk.row, message)
  }
  if (walk.erased > walk.accounted) {
    const message = `${walk.erased} entries have lost their personal part, and the erasures on record took it from ${walk.accounted}: the others were emptied`
    yield { kind: 'erased', message }
  }
}

function* checkUnchained(known: number, { count, younger }: Awaited<ReturnType<ChainSource['unchained']>>): Generator<ChainFinding> {
  for (const row of younger) {
    const message = `entry ${row.event} of ${timeOf(row)} is not in the chain: it was inserted, or an older release wrote it after the upgrade`
    yield { kind: 'unchained', auditId: row.audit_id, message }
  }
  const old = count - younger.length
  if (old <= known) return
  yield { kind: 'unchained', message: `${old} entries are older than the chain, and there were ${known} when it began` }
}

function* checkAgainst(checkpoint: ChainCheckpoint, chain: AuditChainTable, found: string | undefined): Generator<ChainFinding> {
  const { sequence, hash } = checkpoint
  const of = `the checkpoint of ${checkpoint.at} knows`
  if (sequence > chain.sequence) {
    const message = `${of} entries up to ${sequence}, the chain ends with ${chain.sequence}: its end was cut off, or an older state was restored`
    yield { kind: 'missing', sequence: chain.sequence + 1, message }
  } else if (sequence >= chain.erased_through && found !== hash) {
    const message = `${of} another entry ${sequence}: the chain was rewritten there or before`
    yield { kind: 'rewritten', sequence, message }
  }
}

function outsideOf({ erased_through, sequence }: AuditChainTable, row: ChainedRow): ChainFinding {
  const ends = `the chain goes from ${erased_through + 1} to ${sequence}`
  return at('inserted', row, `entry ${nameOf(row)} is outside, ${ends}: it was inserted, or the kept end of the chain was changed`)
}

function missing(from: number, to: number): ChainFinding {
  return { kind: 'missing', sequence: from, message: from === to ? `entry ${from} is missing` : `entries ${from} to ${to} are missing` }
}

function at(kind: ChainFinding['kind'], { sequence, audit_id: auditId }: ChainedRow, message: string): ChainFinding {
  return { kind, sequence, auditId, message }
}

function nameOf(row: ChainedRow): string {
  return `${row.sequence} (${row.event}, ${timeOf(row)})`
}

function timeOf({ at: time }: AuditLogTable): string {
  return Number.isSafeInteger(time) && Math.abs(time) <= 8.64e15 ? new Date(time).toISOString() : String(time)
}
