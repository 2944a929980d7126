import { flushCompileCache } from 'node:module'
import type { Command } from 'commander'
import type { RunningServer } from '../app/start-server.ts'
import { addSettings, configOf, print } from './command-file.ts'

const keepCodeAfterMs = 2_000

/** `serve`: runs until it is told to stop, then drains. A second signal ends it at once. */
export function addServe(program: Command): void {
  addSettings(program.command('serve').description('run the server')).action(async (options: Record<string, unknown>) => {
    const config = configOf(options)
    const { startServer } = await import('../app/start-server.ts')
    const server = await startServer(config)
    printSummary(server)
    server.deps.log.info({ url: server.url, store: server.deps.store.kind }, 'listening')
    // Else it is written at the end, and not at all by a process that is killed.
    setTimeout(flushCompileCache, keepCodeAfterMs).unref()
    await stopSignal()
    server.deps.log.info('stopping')
    process.once('SIGTERM', () => process.exit(1))
    process.once('SIGINT', () => process.exit(1))
    // Whatever hangs, the process is gone soon after the drain ends.
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

/** Keys that were made up are shown this once, whatever reads the output; the rest is for a person. */
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
