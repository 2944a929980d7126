import { loadConfig, startServer } from '@sallyport/server'
import { trackAction } from '../../packages/server/src/actions/track-action.ts'
import { createRules, secretKey } from '../bank.ts'
import { bankEvents } from '../bank-events.ts'
import { benchEnvironment } from './bench-environment.ts'

// Fills the store in a folder with transfers, through the server's own code from the typed input to the disk, spread over the last months:
// fill-store.ts FOLDER INSTANCES USERS. Goes on where an earlier run ended.

const [dataDir = '', instances = '0', users = '0'] = process.argv.slice(2)
const wanted = Number(instances)
const waitingAtOnce = 256
const span = 150 * 24 * 60 * 60 * 1000
const startedAt = Date.now()
let done = 0

const server = await startServer(loadConfig({ port: '0', 'data-dir': dataDir, 'log-level': 'warn' }, benchEnvironment()), {
  clock: () => startedAt - Math.floor(span * (1 - done / wanted)),
})
const { deps } = server
await createRules({ port: Number(new URL(server.url).port) }, 20)
const tenant = await deps.tenants.findBySecretKey(secretKey)
if (tenant === undefined) throw new Error('the bank has no tenant')
done = await countStored()

const next = bankEvents(Number(users), 1_000_000 + done)
const trackDeps = { ...deps, trustedProxies: [], publicUrl: () => deps.config.publicUrl, issuer: deps.config.issuer }
let told = Date.now()
await Promise.all(
  Array.from({ length: waitingAtOnce }, async () => {
    while (done < wanted) {
      done++
      const { userId, ...attributes } = next()
      await trackAction(trackDeps, tenant, userId, 'transfer', attributes)
      if (Date.now() - told < 10_000) continue
      told = Date.now()
      console.error(`  ${done.toLocaleString('en')} of ${wanted.toLocaleString('en')} instances`)
    }
  }),
)
await server.close()
process.exit(0)

/** Instances of an earlier run: the log's places are given in order. */
async function countStored(): Promise<number> {
  const { DatabaseSync } = await import('node:sqlite')
  const database = new DatabaseSync(`${dataDir}/sallyport.db`, { readOnly: true })
  const count = Number(database.prepare('SELECT max(seq) AS seq FROM instances').get()?.seq ?? 0)
  database.close()
  return count
}
