import { flushCompileCache } from 'node:module'
import type { Command } from 'commander'
import type { RunningServer } from '../app/start-server.ts'
import type { CreatedTenant } from '../tenants/create-tenant.ts'
import { addSettings, configOf, print } from './command-file.ts'
import { type FirstKeysFile, writeFirstKeys } from './first-keys-file.ts'
import { stopRequest } from './stop-request.ts'

const keepCodeAfterMs = 2_000
/** Whatever hangs: the process ends this long after it was asked to. The drain has ended before. */
const endAfterMs = 9_500

/** `serve`: runs until a signal stops it, or the npm that started it ends; then drains. A later signal ends it at once. */
export function addServe(program: Command): void {
  addSettings(program.command('serve').description('run the server')).action(async (options: Record<string, unknown>) => {
    const config = configOf(options)
    const stop = stopRequest()
    const { startServer } = await import('../app/start-server.ts')
    const { offerSetUp } = await import('../admins/offer-set-up.ts')
    let keys: FirstKeysFile | undefined
    const keepKeys = (created: CreatedTenant) => {
      keys = writeFirstKeys(config.dataDir, created, config.bootstrap)
      return keys
    }
    const server = await startServer(config, { keepKeys })
    showKeys(server, keys)
    const setUpLink = await offerSetUp(server.deps)
    printSummary(server, setUpLink)
    server.deps.log.info({ url: server.url, store: server.deps.store.kind }, 'listening')
    // Node writes the cache only at exit, and not at all when the process is killed.
    setTimeout(flushCompileCache, keepCodeAfterMs).unref()
    server.deps.log.info({ reason: await stop }, 'stopping')
    // Stored decisions are safe whatever is cut off here.
    setTimeout(() => process.exit(0), endAfterMs).unref()
    await server.close()
  })
}

/** Generated keys are shown once on a terminal. Anywhere else standard output is a log, which gets only the path of the file. */
function showKeys({ deps, created }: RunningServer, keys: FirstKeysFile | undefined): void {
  if (created === undefined || keys === undefined) return
  const { bootstrap } = deps.config
  if (!process.stdout.isTTY) {
    deps.log.info(
      { tenantId: created.tenantId, file: keys.path },
      'created the first tenant; the file holds its API keys: move them, then delete it',
    )
    return
  }
  print(`Created tenant ${created.tenantId}.`)
  if (bootstrap.secretKey === undefined) print(`  secret API key      ${created.secretKey}`)
  if (bootstrap.managementKey === undefined) print(`  management API key  ${created.managementKey}`)
  print('  The keys printed here are not shown again.')
  keys.remove()
}

/** For people. The link to set up the portal is all that is also printed where nobody reads: without it nobody gets in. */
function printSummary({ url, deps }: RunningServer, setUpLink: string | undefined): void {
  if (!process.stdout.isTTY) {
    if (setUpLink !== undefined) print(`Set up the portal within an hour: ${setUpLink}`)
    return
  }
  const unavailable = deps.ip.dataSets().filter(({ state }) => state === 'absent' || state === 'broken')
  print('')
  print(`  Sallyport is ready at ${deps.config.publicUrl}`)
  print(`  API    ${deps.config.publicUrl}/v1      docs ${url}/docs`)
  print(`  Portal ${setUpLink ?? `${deps.config.publicUrl}/portal/`}`)
  if (setUpLink !== undefined) print('         makes you the first admin; good once, within an hour')
  print(`  Store  ${deps.store.kind === 'sqlite' ? `embedded, in ${deps.config.dataDir}` : 'PostgreSQL'}`)
  if (deps.config.mail === undefined) print('  Mail   no server is set up: messages stay in the outbox of the portal')
  if (unavailable.length > 0)
    print(`  IP     without ${unavailable.map(({ name }) => name).join(', ')}: \`sallyport doctor\` says how to get it`)
  print('  Ctrl+C stops it.')
  print('')
}
