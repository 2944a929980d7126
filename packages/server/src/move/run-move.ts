import { randomUUID } from 'node:crypto'
import { existsSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { instanceEntities, recordTracked } from '@sallyport/engine'
import { type Config, ConfigError } from '../config.ts'
import { askControl, ControlError, controlPath } from '../control/control-socket.ts'
import { createKeyCipher, type KeyCipher, WrongMasterKeyError } from '../keys/api-keys.ts'
import { checkMasterKey } from '../keys/check-master-key.ts'
import { loadMasterKey } from '../keys/master-key.ts'
import { migrations } from '../storage/migrations/migrations.ts'
import { execute } from '../storage/postgres/migrate-postgres.ts'
import { DataDirectoryInUseError, databasePathIn } from '../storage/sqlite/data-directory.ts'
import { openSqliteStore } from '../storage/sqlite/open-sqlite-store.ts'
import { createStoreGate } from '../storage/store-gate.ts'
import { createDeparture, type Departure } from './departure.ts'
import { HoldEndedError, MoveError } from './move-error.ts'
import { createRemoteDeparture } from './move-operations.ts'
import { type Moved, moveStore } from './move-store.ts'
import { removeCopy } from './remove-copy.ts'
import { openSourceFile, type SourceFile } from './source-file.ts'
import { openTargetDatabase, type TargetDatabase } from './target-database.ts'

export interface MoveFlags {
  to?: string
  tenant?: string
  holdLimit: number
  abandon?: boolean
}

/** Shows one line to the operator. */
type Print = (line: string) => void

/** `migrate --from … --to …`: moves an embedded store, or one tenant of it, to PostgreSQL, or gives such a move up. */
export async function runMove(config: Config, from: string, flags: MoveFlags, print: Print): Promise<void> {
  const dataDir = dataDirOf(from)
  const databaseUrl = flags.to === undefined ? undefined : databaseUrlOf(flags.to)
  const tenantId = flags.tenant ?? null
  const path = databasePathIn(dataDir)
  if (!existsSync(path)) throw new MoveError(`there is no embedded store in ${dataDir}`)
  await using opened = new AsyncDisposableStack()
  const { departure, cipher, isLive } = await openDeparture(config, dataDir, opened)
  const source = openSourceFile(path, tenantId)
  opened.defer(() => source.close())
  if (tenantId !== null && !source.hasTenant(tenantId)) throw new MoveError(`there is no tenant \`${tenantId}\``)
  if (flags.abandon) return abandon(departure, source, databaseUrl, tenantId, print)
  if (databaseUrl === undefined)
    throw new ConfigError(['--to is missing: give the URL of the PostgreSQL database, such as postgres://user:password@host/database'])
  if (source.tenants().length === 0) throw new MoveError(`there is nothing to move in ${dataDir}`)
  // Nothing is written yet, on either side.
  const { fingerprint: keyFingerprint } = cipher
  if ((source.keyFingerprint() ?? keyFingerprint) !== keyFingerprint) throw new WrongMasterKeyError(new Error('the store has another'))

  const target = await openTargetDatabase(databaseUrl, source.shapes, Date.now())
  opened.defer(() => target.close())
  await checkTargetKey(target, cipher)
  const begun = await departure.begin({ to: withoutAccount(databaseUrl), tenantId, schemaVersion: migrations.length, keyFingerprint })
  print(
    `Moving ${tenantId === null ? 'everything' : `tenant \`${tenantId}\``} in ${dataDir} to ${withoutAccount(databaseUrl)}, ${isLive ? 'while the server runs' : 'with no server running'}.`,
  )
  const moved = await moveStore({
    source,
    target,
    departure,
    begun,
    clock: Date.now,
    holdLimitMs: flags.holdLimit,
    report: (line) => print(`  ${line}`),
  })
  printMoved(moved, { dataDir, databaseUrl, tenantId, isLive, hasKeyFile: config.masterKey === undefined }, print)
}

/** The data directory of `sqlite:./data`, `sqlite:./data/sallyport.db`. */
function dataDirOf(from: string): string {
  const [, given] = /^sqlite:(?:\/\/(?=\/|\.))?(.+)$/.exec(from) ?? []
  if (given === undefined) throw new ConfigError([`--from \`${from}\` must be sqlite: and a data directory, such as sqlite:./data`])
  const path = resolve(given)
  const isFile = existsSync(path) && statSync(path).isFile()
  if (!isFile) return path
  if (basename(path) !== 'sallyport.db')
    throw new ConfigError([`--from names ${path}, but the file of an embedded store is called sallyport.db`])
  return dirname(path)
}

function databaseUrlOf(to: string): string {
  const protocol = URL.parse(to)?.protocol
  if (protocol !== 'postgres:' && protocol !== 'postgresql:') {
    throw new ConfigError(['--to must be the URL of a PostgreSQL database, such as postgres://user:password@host/database'])
  }
  return to
}

/** Identifies a move's target: the account and its password may change on the way. */
function withoutAccount(databaseUrl: string): string {
  const { hostname, port, pathname } = new URL(databaseUrl)
  return `postgres://${hostname}:${port === '' ? '5432' : port}${pathname}`
}

/** Opens the departure of the server that runs on the data directory, or else of the store itself, which is closed with `opened`. */
async function openDeparture(
  config: Config,
  dataDir: string,
  opened: AsyncDisposableStack,
): Promise<{ departure: Departure; cipher: KeyCipher; isLive: boolean }> {
  if (config.masterKey === undefined && !existsSync(join(dataDir, 'master.key'))) {
    throw new MoveError(`there is no master.key in ${dataDir}: set SALLYPORT_MASTER_KEY to the key that the server uses`)
  }
  const cipher = createKeyCipher(loadMasterKey({ masterKey: config.masterKey, dataDir }))
  try {
    const store = await openSqliteStore({ dataDir, clock: Date.now, recordTracked, instanceEntities })
    opened.defer(() => store.close())
    await checkMasterKey(store.db, cipher, Date.now())
    const deps = { store, gate: createStoreGate(), keyFingerprint: cipher.fingerprint, clock: Date.now, newId: () => randomUUID() }
    return { departure: createDeparture(deps), cipher, isLive: false }
  } catch (error) {
    const path = controlPath(dataDir)
    if (!(error instanceof DataDirectoryInUseError)) throw error
    if (path === undefined) throw new MoveError(`${error.message}; the path of its control socket is too long, so stop it for the move`)
    return { departure: remoteDeparture(path, error), cipher, isLive: true }
  }
}

/** The same, asked over the control socket of the server that has the store. */
function remoteDeparture(path: string, inUse: DataDirectoryInUseError): Departure {
  const ended = new HoldEndedError()
  return createRemoteDeparture((name, input) =>
    askControl(path, name, input, inUse).catch((error: unknown) => {
      throw error instanceof ControlError && error.message === ended.message ? ended : error
    }),
  )
}

async function checkTargetKey(target: TargetDatabase, cipher: KeyCipher): Promise<void> {
  const [row] = await execute<{ value: string }>(target.run, "SELECT value FROM store_marks WHERE name = 'master_key'")
  if (row === undefined || row.value === cipher.fingerprint) return
  throw new MoveError('the servers on that database use another master key and could not read the moved data')
}

/** Removes what this move has left in the target, and only while that does not serve the tenant yet. */
async function abandon(
  departure: Departure,
  source: SourceFile,
  databaseUrl: string | undefined,
  tenantId: string | null,
  print: Print,
): Promise<void> {
  const tenants = source.tenants()
  const begun = source.mark()
  if (databaseUrl !== undefined) {
    if (begun !== undefined && begun.to !== withoutAccount(databaseUrl))
      throw new MoveError(`the move goes to ${begun.to}: pass that as --to, or leave out --to`)
    const target = await openTargetDatabase(databaseUrl, source.shapes, Date.now())
    try {
      const serving = await target.table('tenants').hasRowsOf(target.run, tenants)
      if (serving !== undefined)
        throw new MoveError(`the database already has tenant \`${serving}\`: remove it there yourself, or leave out --to`)
      const isRemoved = await removeCopy(target, begun?.id, tenants)
      if (begun === undefined && isRemoved) print('Removed the data that an abandoned move had left in the database.')
    } finally {
      await target.close()
    }
  }
  const mark = await departure.abandon({ tenantId })
  if (mark === null) print('There is no move to abandon.')
  else
    print(
      `Abandoned the move to ${mark.to}. ${databaseUrl === undefined ? 'Its copy is still in that database.' : 'Its copy was removed from that database.'}`,
    )
}

interface Situation {
  dataDir: string
  databaseUrl: string
  tenantId: string | null
  isLive: boolean
  hasKeyFile: boolean
}

function printMoved({ checksums, heldMs }: Moved, { dataDir, databaseUrl, tenantId, isLive, hasKeyFile }: Situation, print: Print): void {
  for (const { table, tenantId: id, rows, sum } of checksums) print(`  same  ${table} of ${id}: ${rows} row(s), ${sum.slice(0, 16)}`)
  const what = tenantId === null ? 'Everything' : `Tenant \`${tenantId}\``
  const held = heldMs === null ? '' : ` Writes were held for ${(heldMs / 1000).toFixed(1)} s.`
  print(`${what} is in ${withoutAccount(databaseUrl)}.${held}`)
  print('')
  if (tenantId !== null) {
    print(
      `Now send this tenant's requests to the servers on that database; ${isLive ? 'the server running here' : 'a server here'} answers them with 503.`,
    )
  } else {
    if (isLive) print('Now stop the server running here: it answers 503. Then start it on the database:')
    else print('Now start the server on the database:')
    print('')
    print(`  SALLYPORT_DATABASE_URL='${withoutPassword(databaseUrl)}' sallyport serve --data-dir ${dataDir}`)
    print('')
  }
  print(
    hasKeyFile
      ? `The master key is still ${dataDir}/master.key: every server on the database needs the same key, in its data directory or as SALLYPORT_MASTER_KEY.`
      : 'Every server on the database needs the same SALLYPORT_MASTER_KEY.',
  )
  print(`Lists of addresses stay in ${dataDir}/ip: on another machine, run \`sallyport ip update\` there.`)
  print(`Keep ${dataDir}/sallyport.db until you trust the new store. No server starts on it any more; --abandon makes it usable again.`)
}

function withoutPassword(databaseUrl: string): string {
  const url = new URL(databaseUrl)
  if (url.password !== '') url.password = '***'
  return url.href
}
