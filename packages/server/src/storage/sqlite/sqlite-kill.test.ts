import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import type { Entity, Instance } from '@sallyport/engine'
import { instanceEntities, recordTracked } from '../../../test/support/counting-decision.ts'
import { eagerOptions, trackedOf } from '../../../test/support/killed-writer.ts'
import { decodeInstance, type InstanceRow } from '../instance-row.ts'
import type { Store } from '../store.ts'
import { databasePathIn } from './data-directory.ts'
import { createDictionary } from './dictionary.ts'
import { openSqliteStore } from './open-sqlite-store.ts'
import { createUndoLog } from './undo-log.ts'

const ROUNDS = 10

test('RE-01, I5: kill -9 under load, ten times: all that was acknowledged is there, and what is remembered is what the log says', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-kill-'))
  t.after(() => rmSync(dataDir, { recursive: true, force: true }))
  const decided: number[] = []
  const settled: number[] = []
  let first = 0
  for (let round = 0; round < ROUNDS; round++) {
    // Not a delay but a place to be killed at: after so many acknowledgements, different every time.
    const killAfter = 1 + Math.floor(Math.random() * 1500)
    t.diagnostic(`round ${round}: killed after ${killAfter} acknowledgements`)
    const acknowledged = await writeAndKill(dataDir, first, killAfter)
    for (const line of acknowledged) (line.startsWith('d') ? decided : settled).push(Number(line.slice(2)))
    first = Math.max(...decided) + 1000
    const store = await openSqliteStore(eagerOptions(dataDir))
    await checkAcknowledged(store, acknowledged)
    await checkFold(store, dataDir)
    await store.close()
  }
  const store = await openSqliteStore(eagerOptions(dataDir))
  await checkAcknowledged(store, [...decided.map((n) => `d ${n}`), ...settled.map((n) => `s ${n}`)])
  await checkFold(store, dataDir)
  await store.close()
  assert.ok(decided.length > ROUNDS && settled.length > ROUNDS)
})

async function writeAndKill(dataDir: string, first: number, killAfter: number): Promise<string[]> {
  const module = JSON.stringify(new URL('../../../test/support/killed-writer.ts', import.meta.url).href)
  const script = `import(${module}).then((module) => module.writeUntilKilled(${JSON.stringify(dataDir)}, ${first}))`
  const child = spawn(process.execPath, ['--no-warnings', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines: string[] = []
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line)
    if (lines.length === killAfter) child.kill('SIGKILL')
  })
  const [, signal] = (await once(child, 'close')) as [number | null, string | null]
  assert.equal(signal, 'SIGKILL')
  return lines
}

async function checkAcknowledged(store: Store, acknowledged: readonly string[]): Promise<void> {
  for (const line of acknowledged) {
    const n = Number(line.slice(2))
    const instance = await store.findInstance(trackedOf(n))
    assert.equal(instance?.createdAt, n, `${line} was acknowledged and is lost`)
    if (line.startsWith('s')) assert.equal(instance?.state, 'CHALLENGE_SUCCEEDED', `${line} was acknowledged and is lost`)
  }
}

/** Folds the whole log afresh, and compares every entity of it and the counts of the read side. */
async function checkFold(store: Store, dataDir: string): Promise<void> {
  const folded = new Map<string, { instance: Instance; kind: 'user'; key: string; value: Entity }>()
  const database = new DatabaseSync(databasePathIn(dataDir), { readOnly: true })
  const dictionary = createDictionary(database, createUndoLog())
  const states = new Map<Instance['state'], number>()
  let count = 0
  for (const row of database.prepare('SELECT * FROM instances ORDER BY seq').iterate()) {
    const instance = decodeInstance(row as unknown as InstanceRow, dictionary)
    count++
    states.set(instance.state, (states.get(instance.state) ?? 0) + 1)
    for (const { kind, key } of instanceEntities(instance)) {
      const name = `${kind} ${key}`
      const before = folded.get(name)?.value
      const value = { ...recordTracked(instance, { entities: before ? { [kind]: before } : {} })[kind] }
      if (kind === 'user' && instance.state === 'CHALLENGE_SUCCEEDED') value.settled = Number(value.settled ?? 0) + 1
      folded.set(name, { instance, kind: kind as 'user', key, value })
    }
  }
  database.close()
  assert.ok(count > 0)
  await store.foldReadSide()
  const counted = await store.rollUps('one', { from: 0, to: 10_000_000, bucket: 'day', by: ['state'] })
  const perState = Map.groupBy(counted, ({ state }) => state)
  for (const [state, events] of states) {
    assert.equal(
      perState.get(state)?.reduce((sum, row) => sum + row.events, 0),
      events,
      `the counts of ${state} are not what the log says`,
    )
  }
  for (const { instance, kind, key, value } of folded.values()) {
    const { entities } = await store.loadSnapshot('one', instance.userId, [{ kind, key }])
    assert.deepEqual(sorted(entities[kind]), sorted(value), `${kind} ${key} is not what the log says`)
  }
  for (let user = 0; user < 700; user += 7) {
    const listed = await store.listInstances('one', `user-${user}`, {})
    assert.equal(listed.length, Number(folded.get(`user user-${user}`)?.value.count ?? 0))
  }
}

function sorted(entity: Entity | undefined): unknown {
  return entity && Object.fromEntries(Object.entries(entity).sort(([a], [b]) => (a < b ? -1 : 1)))
}
