import type { Logger } from 'pino'
import { parseAddress } from '../addresses/parse-address.ts'
import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry, serverChain } from '../audit/insert-audit-entry.ts'
import { toIso } from '../http/iso-time.ts'
import { keyIdOf } from '../keys/api-keys.ts'
import type { Store } from '../storage/store.ts'

/** A request whose API key was refused. */
export interface RefusedKey {
  api: 'secret_key' | 'management_key'
  ipAddress: string
  /** `undefined`: it was no text that could be a key. */
  keyHash: string | undefined
  /** It came from a web page, where no key belongs (TN-04). */
  isFromBrowser: boolean
}

/** Puts wrong API keys on record, without letting anybody fill the store with them. */
export interface RefusedKeys {
  note(refused: RefusedKey): void
  /** Writes what is due. Resolves when everything that was begun is written. */
  flush(): Promise<void>
  /** Writes everything, and no more after that. */
  stop(): Promise<void>
}

export interface RefusedKeysDeps {
  store: Pick<Store, 'db' | 'transaction'>
  log: Pick<Logger, 'warn'>
  clock: () => number
  newId: () => string
}

const minute = 60_000
const checkMs = 5000
/** Sources with a line of their own in one minute; all others share one. */
const maxSources = 100
/** Different keys of one source that are told apart in one minute. */
const maxKeys = 16
const others = 'other sources'

interface Window {
  source: string
  ipAddress: string
  dueAt: number
  /** Since the line before. */
  refused: Map<string, Refused>
}

type Refused = RefusedKey & { count: number; since: number }

/**
 * Creates the record of refused keys: the first refusal of a source is written at once, all others within the minute after it as one line with their
 * count. A key that is or was a tenant's is written to that tenant's audit log, any other to the server's.
 */
export function createRefusedKeys(deps: RefusedKeysDeps): RefusedKeys {
  const windows = new Map<string, Window>()
  let writing = Promise.resolve()
  const timer = setInterval(() => void flush(false), checkMs).unref()

  function note(key: RefusedKey): void {
    const at = deps.clock()
    const wanted = sourceOf(key.ipAddress)
    const source = windows.has(wanted) || windows.size < maxSources ? wanted : others
    let window = windows.get(source)
    const isFirst = window === undefined
    if (window === undefined) {
      window = { source, ipAddress: source === others ? others : key.ipAddress, dueAt: at, refused: new Map() }
      windows.set(source, window)
    }
    add(window, key, at)
    if (isFirst) write(window, at)
  }

  function write(window: Window, at: number): void {
    const refused = [...window.refused.values()]
    window.refused = new Map()
    window.dueAt = at + minute
    const count = refused.reduce((sum, one) => sum + one.count, 0)
    deps.log.warn({ source: window.source, count }, 'API keys were refused')
    writing = writing
      .then(() => writeEntries(deps, window, refused, at))
      .catch((err: unknown) => deps.log.warn({ err }, 'refused API keys could not be put on record'))
  }

  function flush(isLast: boolean): Promise<void> {
    const at = deps.clock()
    for (const window of windows.values()) {
      if (!isLast && at < window.dueAt) continue
      if (window.refused.size > 0) write(window, at)
      else windows.delete(window.source)
    }
    return writing
  }

  return {
    note,
    flush: () => flush(false),
    stop() {
      clearInterval(timer)
      return flush(true)
    },
  }
}

/** Whoever has one IPv6 address has the 64 bits behind it. */
function sourceOf(ipAddress: string): string {
  const parsed = parseAddress(ipAddress)
  if (parsed === null) return ipAddress
  return parsed.version === 4 ? parsed.text : `${parsed.words[0]}:${parsed.words[1]}`
}

function add(window: Window, key: RefusedKey, at: number): void {
  const name = (hash: string | undefined) => `${key.api} ${key.isFromBrowser} ${hash}`
  const keyHash = window.refused.has(name(key.keyHash)) || window.refused.size < maxKeys ? key.keyHash : undefined
  const known = window.refused.get(name(keyHash))
  if (known === undefined) window.refused.set(name(keyHash), { ...key, keyHash, count: 1, since: at })
  else known.count += 1
}

async function writeEntries(deps: RefusedKeysDeps, { ipAddress }: Window, refused: readonly Refused[], at: number): Promise<void> {
  const owned = await findOwners(deps, refused)
  const entries = refused.map((one) => describe(one, ipAddress, owned.get(one.keyHash ?? ''), at))
  for (const [tenantId, ofTenant] of Map.groupBy(entries, (entry) => entry.tenantId)) {
    await deps.store.transaction({ tenantId }, async ({ db }) => {
      for (const { details, actor } of merge(ofTenant)) {
        await insertAuditEntry(db, deps.newId(), { tenantId, at, actor, event: 'api_key.refused', details })
      }
    })
  }
}

interface OwnedKey {
  tenant_id: string
  kind: 'secret' | 'management'
  expires_at: number | null
}

async function findOwners({ store }: RefusedKeysDeps, refused: readonly Refused[]): Promise<Map<string, OwnedKey>> {
  const hashes = refused.flatMap(({ keyHash }) => keyHash ?? [])
  if (hashes.length === 0) return new Map()
  const rows = await store.db
    .selectFrom('api_keys')
    .where('key_hash', 'in', hashes)
    .select(['key_hash', 'tenant_id', 'kind', 'expires_at'])
    .execute()
  return new Map(rows.map((row) => [row.key_hash, row]))
}

interface RefusedEntry {
  tenantId: string
  actor: Actor
  details: { api: RefusedKey['api']; reason: 'unknown' | 'ended' | 'other_api' | 'sent_by_browser'; count: number; since: string }
}

/** The id of a key that is nobody's is not kept: it may be a password that somebody typed. */
function describe(
  { api, keyHash, isFromBrowser, count, since }: Refused,
  ipAddress: string,
  owned: OwnedKey | undefined,
  at: number,
): RefusedEntry {
  const about = (reason: RefusedEntry['details']['reason']) => ({
    api,
    reason: isFromBrowser ? 'sent_by_browser' : reason,
    count,
    since: toIso(since),
  })
  if (owned === undefined || keyHash === undefined) {
    return { tenantId: serverChain, actor: { kind: 'system', name: 'unknown key', ipAddress }, details: about('unknown') }
  }
  const keyId = keyIdOf(keyHash)
  const isEnded = owned.expires_at !== null && owned.expires_at <= at
  const actor: Actor = { kind: `${owned.kind}_key`, id: keyId, keyId, ipAddress }
  return { tenantId: owned.tenant_id, actor, details: about(isEnded ? 'ended' : 'other_api') }
}

/** One line for all that differ in nothing but the key nobody knows. */
function merge(entries: readonly RefusedEntry[]): RefusedEntry[] {
  const merged = new Map<string, RefusedEntry>()
  for (const entry of entries) {
    const name = JSON.stringify([entry.actor.id, entry.details.api, entry.details.reason])
    const known = merged.get(name)
    if (known === undefined) merged.set(name, entry)
    else known.details.count += entry.details.count
  }
  return [...merged.values()]
}
