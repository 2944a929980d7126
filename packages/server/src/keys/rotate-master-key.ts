import { sql } from 'kysely'
import type { Db, Store } from '../storage/store.ts'
import { type BoundCipher, createBoundCipher } from './bound-cipher.ts'
import { createKeyring, fingerprintOf, type Keyring } from './keyring.ts'
import { signingKeyUse } from './signing-key-pair.ts'

const inForceMark = 'master_key'
const nextMark = 'next_master_key'

/** The rotation that is under way: whoever has one of the two keys can open the other. */
interface NextKey {
  fingerprint: string
  /** The new key under the old one, and the old under the new, base64 texts encrypted. */
  next: string
  previous: string
}

const wrapUse = 'sallyport master key rotation'

/** Secrets that are re-encrypted in one step: a few milliseconds. */
const stepSize = 100

/**
 * Adds the other key of a rotation that is under way to the ring. Processes call it when they start, and where there are several also while they run, so that
 * each opens what another has encrypted.
 */
export async function followRotation(db: Db, ring: Keyring): Promise<void> {
  const under = await findRotation(db)
  if (under === undefined) return
  for (const key of ring.keys()) {
    const wrap = createBoundCipher(createKeyring(key), wrapUse)
    if (fingerprintOf(key) === under.fingerprint) {
      ring.adopt(key)
      ring.admit(Buffer.from(wrap.decrypt(under.previous, ['previous']), 'base64'))
      return
    }
    const next = open(wrap, under.next)
    if (next !== undefined) return ring.adopt(Buffer.from(next, 'base64'))
  }
}

/** Begins a rotation, or goes on with the one that is under way. Refuses a second new key before the first rotation has ended. */
export async function beginRotation(
  store: Store,
  ring: Keyring,
  newKey: Uint8Array,
): Promise<'begun' | 'going_on' | 'same_key' | 'other_rotation'> {
  const fingerprint = fingerprintOf(newKey)
  const under = await findRotation(store.db)
  if (under !== undefined) {
    if (under.fingerprint !== fingerprint) return 'other_rotation'
    await followRotation(store.db, ring)
    return 'going_on'
  }
  const [oldKey] = ring.keys()
  if (oldKey === undefined || fingerprintOf(oldKey) === fingerprint) return 'same_key'
  const text = (key: Uint8Array) => Buffer.from(key).toString('base64')
  const value: NextKey = {
    fingerprint,
    next: createBoundCipher(createKeyring(oldKey), wrapUse).encrypt(text(newKey), ['next']),
    previous: createBoundCipher(createKeyring(newKey), wrapUse).encrypt(text(oldKey), ['previous']),
  }
  await putMark(store.db, nextMark, JSON.stringify(value))
  ring.adopt(newKey)
  return 'begun'
}

/** Where a rotation has come to: the secret kind, and the last row looked at. */
export interface RotationPlace {
  kind: number
  after: readonly string[]
}

export interface RotationStep {
  /** `null`: all secrets were looked at. */
  place: RotationPlace | null
  /** Secrets that this step encrypted under the new key. */
  changed: number
}

/** One kind of secret: where it is stored, and what its ciphertext is bound to. */
interface SecretKind {
  use: string
  /** The columns that name a row. */
  key: readonly string[]
  table: 'api_keys' | 'authenticators' | 'challenges' | 'signing_keys' | 'authenticator_configurations'
  column: 'encrypted_key' | 'secret' | 'details' | 'encrypted_private_key' | 'settings'
  place(row: Row): readonly string[]
  /** Where the column is JSON: the members that hold the ciphertext. */
  within?: readonly string[]
}

type Row = Readonly<Record<string, string | null>>

const authenticatorUse = 'sallyport authenticator secrets'
/** Everything that is encrypted under the master key and outlives a process. */
const kinds: readonly SecretKind[] = [
  {
    use: 'sallyport api keys',
    table: 'api_keys',
    column: 'encrypted_key',
    key: ['key_hash'],
    place: (row) => [String(row.tenant_id), String(row.kind), String(row.key_hash)],
  },
  {
    use: authenticatorUse,
    table: 'authenticators',
    column: 'secret',
    key: ['tenant_id', 'user_authenticator_id'],
    place: (row) => [String(row.tenant_id), String(row.user_id), String(row.user_authenticator_id)],
  },
  {
    use: 'sallyport provider secrets',
    table: 'authenticator_configurations',
    column: 'settings',
    within: ['twilioCredentials', 'sealedToken'],
    key: ['tenant_id', 'authenticator_id'],
    place: (row) => [String(row.tenant_id), String(row.verification_method)],
  },
  {
    use: 'sallyport provider secrets',
    table: 'authenticator_configurations',
    column: 'settings',
    within: ['smtpEmailCredentials', 'sealedPassword'],
    key: ['tenant_id', 'authenticator_id'],
    place: (row) => [String(row.tenant_id), String(row.verification_method)],
  },
  {
    use: signingKeyUse,
    table: 'signing_keys',
    column: 'encrypted_private_key',
    key: ['tenant_id', 'key_id'],
    place: (row) => [String(row.tenant_id), String(row.key_id)],
  },
]

/**
 * Encrypts the next secrets under the newest key of the ring. What is under it already stays, so a rotation that was cut off, however it was, is gone through again
 * from the start. A row that somebody changes at the same moment is theirs: they encrypt under the new key too.
 */
export async function stepRotation(store: Store, ring: Keyring, from: RotationPlace | null): Promise<RotationStep> {
  const place = from ?? { kind: 0, after: [] }
  const kind = kinds[place.kind]
  const [newest] = ring.keys()
  if (kind === undefined || newest === undefined) return { place: null, changed: 0 }
  const rows = await pageOf(store.db, kind, place.after)
  const anyKey = createBoundCipher(ring, kind.use)
  const newKey = createBoundCipher(createKeyring(newest), kind.use)
  let changed = 0
  for (const row of rows) {
    const was = row[kind.column]
    const secret = was && readWithin(was, kind.within)
    if (!secret) continue
    const bound = kind.place(row)
    if (opens(newKey, secret, bound)) continue
    const now = writeWithin(was, kind.within, newKey.encrypt(anyKey.decrypt(secret, bound), bound))
    await store.transaction({ tenantId: String(row.tenant_id) }, async ({ db }) => {
      const named = kind.key.map((column) => sql`${sql.ref(column)} = ${row[column]}`)
      const where = sql.join([...named, sql`${sql.ref(kind.column)} = ${was}`], sql` AND `)
      await sql`UPDATE ${sql.table(kind.table)} SET ${sql.ref(kind.column)} = ${now} WHERE ${where}`.execute(db)
    })
    changed += 1
  }
  const last = rows.at(-1)
  if (last === undefined || rows.length < stepSize)
    return { place: place.kind + 1 < kinds.length ? { kind: place.kind + 1, after: [] } : null, changed }
  return { place: { kind: place.kind, after: kind.key.map((column) => String(last[column])) }, changed }
}

/** Ends a rotation: the new key is the master key, and the old one opens nothing any longer. */
export async function finishRotation(store: Store, ring: Keyring, newKey: Uint8Array): Promise<void> {
  await putMark(store.db, inForceMark, fingerprintOf(newKey))
  await store.db.deleteFrom('store_marks').where('name', '=', nextMark).execute()
  ring.adopt(newKey)
  // The old key stays in the ring of this process: a challenge that was sealed or a secret that is being bound may still need it.
}

async function pageOf(db: Db, { table, column, key }: SecretKind, after: readonly string[]): Promise<Row[]> {
  const columns = sql.join(key.map((name) => sql.ref(name)))
  const beyond = after.length === 0 ? sql`` : sql`AND (${columns}) > (${sql.join(after)})`
  const { rows } = await sql<Row>`
    SELECT * FROM ${sql.table(table)} WHERE ${sql.ref(column)} IS NOT NULL ${beyond} ORDER BY ${columns} LIMIT ${sql.lit(stepSize)}`.execute(
    db,
  )
  return rows
}

function readWithin(text: string, within: SecretKind['within']): string | undefined {
  if (within === undefined) return text
  const found = within.reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], JSON.parse(text))
  return typeof found === 'string' ? found : undefined
}

function writeWithin(text: string, within: SecretKind['within'], secret: string): string {
  if (within === undefined) return secret
  return JSON.stringify(replaced(JSON.parse(text), within, secret))
}

function replaced(value: Record<string, unknown>, [name, ...rest]: readonly string[], secret: string): Record<string, unknown> {
  if (name === undefined) return value
  return { ...value, [name]: rest.length === 0 ? secret : replaced(value[name] as Record<string, unknown>, rest, secret) }
}

async function findRotation(db: Db): Promise<NextKey | undefined> {
  const row = await db.selectFrom('store_marks').where('name', '=', nextMark).select('value').executeTakeFirst()
  return row === undefined ? undefined : (JSON.parse(row.value) as NextKey)
}

async function putMark(db: Db, name: string, value: string): Promise<void> {
  await db
    .insertInto('store_marks')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute()
}

function open(cipher: BoundCipher, text: string): string | undefined {
  try {
    return cipher.decrypt(text, ['next'])
  } catch {
    return undefined
  }
}

function opens(cipher: BoundCipher, text: string, place: readonly string[]): boolean {
  try {
    cipher.decrypt(text, place)
    return true
  } catch {
    return false
  }
}
