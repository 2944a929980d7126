import { randomUUID } from 'node:crypto'
import { createServer } from 'node:net'
import { compilePolicy } from '@sallyport/engine'
import type { AppDeps } from './app-deps.ts'
import { type Config, localUrl } from './config.ts'
import { controlPath, serveControl } from './control/control-socket.ts'
import { createApp } from './http/app.ts'
import { createMetrics } from './http/metrics.ts'
import { openIpIntelligence } from './ip/open-ip-intelligence.ts'
import { createLog } from './log.ts'
import { openStore } from './open-store.ts'
import { createKeyCipher } from './tenants/api-keys.ts'
import { bootstrap } from './tenants/bootstrap.ts'
import type { CreatedTenant } from './tenants/create-tenant.ts'
import { loadMasterKey } from './tenants/master-key.ts'
import { createTenantDirectory } from './tenants/tenant-directory.ts'

export type { Config } from './config.ts'
export { ConfigError, loadConfig } from './config.ts'

export interface RunningServer {
  /** Where it listens, for this machine: `http://localhost:4000`. */
  url: string
  deps: AppDeps
  /** The tenant made at this first start, with its keys: shown once. */
  created: CreatedTenant | undefined
  /** Takes no new connection, answers what it has accepted, then releases everything. Ends within `drainMs`. */
  close(): Promise<void>
}

export interface StartOptions {
  /** Milliseconds UTC. */
  clock?: () => number
  /** How long `close` waits for requests under way. */
  drainMs?: number
}

const tenantRefreshMs = 1000
const dataRefreshMs = 60_000

/** Starts one server process. Port 0 takes a free one. What was opened before a failure is closed again. */
export async function startServer(given: Config, options: StartOptions = {}): Promise<RunningServer> {
  const config = await withPort(given)
  const clock = options.clock ?? Date.now
  const newId = () => randomUUID()
  const log = createLog(config.logLevel)
  const cipher = createKeyCipher(loadMasterKey(config))
  const store = await openStore(config, clock)
  try {
    const tenants = createTenantDirectory({ store, cipher, compilePolicy, clock })
    const created = await bootstrap({ store, cipher, clock, newId }, config)
    const ip = await openIpIntelligence({ dataDir: config.dataDir, clock })
    const deps: AppDeps = { config, store, tenants, ip, metrics: createMetrics(() => ip.dataSets()), log, clock, newId }
    const app = await createApp(deps)
    await app.listen({ port: config.port, host: config.host })
    const path = store.kind === 'sqlite' ? controlPath(config.dataDir) : undefined
    const control = path === undefined ? undefined : await serveControl(path, { ...deps, cipher })
    const timers = [
      every(dataRefreshMs, () => ip.refresh(), log, 'IP data could not be read again; the old data stay in use'),
      // The embedded store has one process, and that one knows what it changed.
      ...(store.kind === 'sqlite'
        ? []
        : [every(tenantRefreshMs, () => tenants.refresh(), log, 'changes of other processes could not be seen')]),
    ]
    return {
      url: localUrl(config.host, config.port),
      deps,
      created,
      async close() {
        for (const timer of timers) clearInterval(timer)
        const cutOff = setTimeout(() => app.server.closeAllConnections(), options.drainMs ?? 10_000)
        await app.close()
        await control?.close()
        clearTimeout(cutOff)
        await store.close()
      },
    }
  } catch (error) {
    await store.close()
    throw error
  }
}

function every(ms: number, work: () => Promise<void>, log: AppDeps['log'], failure: string): NodeJS.Timeout {
  let isBusy = false
  return setInterval(() => {
    if (isBusy) return
    isBusy = true
    work()
      .catch((err: unknown) => log.warn({ err }, failure))
      .finally(() => {
        isBusy = false
      })
  }, ms).unref()
}

/** The configuration with a port that is free now in place of 0: the public URL has to be known before anything listens. */
async function withPort(config: Config): Promise<Config> {
  if (config.port !== 0) return config
  const port = await new Promise<number>((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, config.host, () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
  const wasLocal = config.publicUrl === localUrl(config.host, 0)
  return { ...config, port, publicUrl: wasLocal ? localUrl(config.host, port) : config.publicUrl }
}
