import { flushCompileCache } from 'node:module'
import type { Command } from 'commander'
import type { RunningServer } from '../app/start-server.ts'
import { addSettings, configOf, print } from './command-file.ts'

const keepCodeAfterMs = 2_000

/** `serve`: runs until a signal stops it, then drains. A second signal ends it at once. */
export function addServe(program: Command): void {
  addSettings(program.command('serve').description('run the server')).action(async (options: Record<string, unknown>) => {
    const config = configOf(options)
    const { startServer } = await import('../app/start-server.ts')
    const server = await startServer(config)
    printSummary(server)
    server.deps.log.info({ url: server.url, store: server.deps.store.kind }, 'listening')
    // Node writes the cache only at exit, and not at all when the process is killed.
    setTimeout(flushCompileCache, keepCodeAfterMs).unref()
    await stopSignal()
    server.deps.log.info('stopping')
    process.once('SIGTERM', () => process.exit(1))
    process.once('SIGINT', () => process.exit(1))
    // Even if something hangs, the process ends soon after the drain.
    setTimeout(() => process.exit(1), 15_000).unref()
    await server.close()
  })
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
  })
}

/** Generated keys are printed this once, to a terminal or a pipe. The other lines are for people. */
function printSummary({ url, deps, created }: RunningServer): void {
  const { bootstrap, dataDir } = deps.config
  if (created !== undefined) {
    print(`Created tenant ${created.tenantId}.`)
    if (bootstrap.secretKey === undefined) print(`  secret API key      ${created.secretKey}`)
    if (bootstrap.managementKey === undefined) print(`  management API key  ${created.managementKey}`)
    print('  The keys printed here are not shown again.')
  }
  if (!process.stdout.isTTY) return
  const unavailable = deps.ip.dataSets().filter(({ state }) => state === 'absent' || state === 'broken')
  print('')
  print(`  Sallyport is ready at ${deps.config.publicUrl}`)
  print(`  API    ${deps.config.publicUrl}/v1      docs ${url}/docs`)
  print(`  Store  ${deps.store.kind === 'sqlite' ? `embedded, in ${dataDir}` : 'PostgreSQL'}`)
  if (unavailable.length > 0)
    print(`  IP     without ${unavailable.map(({ name }) => name).join(', ')}: \`sallyport doctor\` says how to get it`)
  print('  Ctrl+C stops it.')
  print('')
}
