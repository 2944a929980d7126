import { mkdtempSync, rmSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { loadConfig, startServer } from '@sallyport/server'
import { bankPolicy } from '../bank-rules.ts'
import { announce } from './announce.ts'
import { benchEnvironment } from './bench-environment.ts'

// The server with a new store, or with the store in the folder given as the first argument.

const given = process.argv[2]
const dataDir = given ?? mkdtempSync(path.join(tmpdir(), 'sallyport-bench-'))
const server = await startServer(loadConfig({ port: '0', 'data-dir': dataDir, 'log-level': 'warn' }, benchEnvironment()))
const profiler = new Session()

announce(
  Number(new URL(server.url).port),
  async () => {
    await server.close()
    if (given === undefined) rmSync(dataDir, { recursive: true, force: true })
  },
  {
    async foldReadSide() {
      await server.deps.store.foldReadSide()
      return {}
    },
    async readListsAgain() {
      await server.deps.ip.refresh()
      return {}
    },
    setPolicy: ({ action, rules }) => setPolicy(String(action), Number(rules)),
    async startProfile() {
      profiler.connect()
      await profiler.post('Profiler.enable')
      await profiler.post('Profiler.setSamplingInterval', { interval: 200 })
      await profiler.post('Profiler.start')
      return {}
    },
    async stopProfile() {
      const { profile } = await profiler.post('Profiler.stop')
      profiler.disconnect()
      return { profile }
    },
  },
)

/** Stores a policy with more rules than the API accepts. */
async function setPolicy(action: string, rules: number): Promise<object> {
  const { store, tenants } = server.deps
  const [tenant_id, action_code, created_at] = ['bench', action, Date.now()]
  const definition = JSON.stringify(bankPolicy(action, rules))
  const configuration = { tenant_id, action_code, policy_version: 1, settings: '{}', created_at, is_configured: 1 } as const
  const version = { tenant_id, action_code, version: 1, definition, created_at, author: 'bench', message: null }
  await store.db
    .insertInto('action_configurations')
    .values(configuration)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  await store.db
    .insertInto('policy_versions')
    .values(version)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  tenants.invalidate(tenant_id)
  return {}
}
