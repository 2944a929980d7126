import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Instance, instanceEntities, recordTracked } from '@sallyport/engine'
import { loadConfig, startServer } from '@sallyport/server'
import { trackAction } from '../../packages/server/src/actions/track-action.ts'
import { openSqliteStore } from '../../packages/server/src/storage/sqlite/open-sqlite-store.ts'
import type { Store } from '../../packages/server/src/storage/store.ts'
import { createRules, secretKey } from '../bank.ts'
import { bankEvents } from '../bank-events.ts'
import { mulberry32 } from '../random.ts'
import { benchEnvironment } from './bench-environment.ts'

// Fills the store in a folder with transfers spread over the last months: fill-store.ts FOLDER INSTANCES USERS. Continues an earlier run.
//
// The first and the latest transfers of every user are tracked, through the server's own code from the typed input to the disk. Those in
// between are copies of the first, written through the store: decisions do not read them, and they take a quarter of the time.

const [dataDir = '', instances = '0', users = '0'] = process.argv.slice(2)
const wanted = Number(instances)
const userCount = Number(users)
const [firstOfUser, latestOfUser] = [2, 40]
const waitingAtOnce = 256
/** The number of copies in one transaction. */
const copiesAtOnce = 2_000
/** The number of copies before the store is closed, which writes what it holds in memory. */
const copiesPerOpening = 500_000
const span = 150 * 24 * 60 * 60 * 1000
/** A store slower than this is stuck. */
const stuckAfterMs = 120_000

const startedAt = Date.now()
let done = 0
let toldAt = Date.now()
let movedAt = Date.now()
const tenantId = 'bench'

const watch = setInterval(() => {
  if (Date.now() - movedAt < stuckAfterMs) return
  console.error(`nothing was stored for ${stuckAfterMs / 1000} s after ${done.toLocaleString('en')} instances`)
  process.exit(1)
}, 5_000)
watch.unref()

done = countStored()
const tracked = Math.min(wanted, userCount * firstOfUser)
const copied = wanted - userCount * latestOfUser
if (done < tracked) await track(tracked)
if (done < copied) await copy(copied)
if (done < wanted) await track(wanted)
process.exit(0)

function clock(): number {
  return startedAt - Math.floor(span * (1 - done / wanted))
}

async function track(until: number): Promise<void> {
  const server = await startServer(loadConfig({ port: '0', 'data-dir': dataDir, 'log-level': 'warn' }, benchEnvironment()), { clock })
  const { deps } = server
  await createRules({ port: Number(new URL(server.url).port) }, 20)
  const tenant = await deps.tenants.findBySecretKey(secretKey)
  if (tenant === undefined) throw new Error('the bank has no tenant')
  const next = bankEvents(userCount, 1_000_000 + done)
  const trackDeps = { ...deps, trustedProxies: [], publicUrl: () => deps.config.publicUrl, issuer: deps.config.issuer }
  await Promise.all(
    Array.from({ length: waitingAtOnce }, async () => {
      while (done < until) {
        advance(1)
        const { userId, ...attributes } = next()
        await trackAction(trackDeps, tenant, userId, 'transfer', attributes)
      }
    }),
  )
  await server.close()
}

async function copy(until: number): Promise<void> {
  const random = mulberry32(done)
  let templates: Instance[] = []
  while (done < until) {
    const store = await openSqliteStore({ dataDir, clock, recordTracked, instanceEntities })
    if (templates.length === 0) templates = await firstInstances(store)
    const stop = Math.min(until, done + copiesPerOpening)
    while (done < stop) {
      const count = Math.min(copiesAtOnce, stop - done)
      await store.transaction({ tenantId }, async (tx) => {
        for (let index = 0; index < count; index++) {
          const template = templates[Math.floor(random() * templates.length)]
          if (template !== undefined) await tx.insertInstance(toCopy(template, clock()), {})
          advance(1)
        }
      })
    }
    await store.close()
  }
}

async function firstInstances(store: Store): Promise<Instance[]> {
  const found: Instance[] = []
  for (let user = 0; user < userCount; user++) found.push(...(await store.listInstances(tenantId, `user-${user}`, { limit: firstOfUser })))
  if (found.length === 0) throw new Error('there is nothing to copy')
  return found
}

function toCopy(instance: Instance, createdAt: number): Instance {
  return { ...instance, idempotencyKey: randomUUID(), createdAt, updatedAt: createdAt, stateUpdatedAt: createdAt }
}

function advance(count: number): void {
  done += count
  movedAt = Date.now()
  if (movedAt - toldAt < 10_000) return
  toldAt = movedAt
  console.error(`  ${done.toLocaleString('en')} of ${wanted.toLocaleString('en')} instances`)
}

/** The number of instances of an earlier run: positions in the log are assigned in order. */
function countStored(): number {
  const file = path.join(dataDir, 'sallyport.db')
  if (!existsSync(file)) return 0
  const database = new DatabaseSync(file, { readOnly: true })
  const count = Number(database.prepare('SELECT max(seq) AS seq FROM instances').get()?.seq ?? 0)
  database.close()
  return count
}
