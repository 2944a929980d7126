import type { OperationName, OperationResult } from '../app/operations.ts'
import type { createAuditOperations } from '../audit-search/audit-operations.ts'
import type { Config } from '../config.ts'
import { askControl, controlPath } from '../control/control-socket.ts'
import { DataDirectoryInUseError, refuseClaimedDirectory } from '../storage/sqlite/data-directory.ts'
import type { Store } from '../storage/store.ts'
import type { CommandDeps, OpenDepsOptions } from './open-deps.ts'

/** Does operations on the store, or has the server do them that is running on it. */
export interface Operator {
  run<Name extends OperationName>(name: Name, input: unknown): Promise<OperationResult<Name>>
}

/** How long a command waits for the mails that it has caused. */
const mailDrainMs = 35_000

/** Reads the audit log of a store, or has the server read it that is running on it. */
export type AuditOperations = ReturnType<typeof createAuditOperations>

/**
 * Gives `work` the audit log of the configured store, and closes the store whatever happens. No master key is needed or made: the log can be read of a copy of
 * the store alone.
 */
export async function withAudit<T>(config: Config, work: (audit: AuditOperations) => Promise<T>): Promise<T> {
  let store: Store
  try {
    refuseClaimedStore(config)
    const { openStore } = await import('../storage/open-store.ts')
    store = await openStore(config, Date.now)
  } catch (error) {
    const path = controlPath(config.dataDir)
    if (!(error instanceof DataDirectoryInUseError) || path === undefined) throw error
    const ask = (name: keyof AuditOperations) => (input: unknown) => askControl(path, name, input, error) as Promise<never>
    return work({
      searchAudit: ask('searchAudit'),
      listAuditChains: ask('listAuditChains'),
      readAuditChain: ask('readAuditChain'),
      readAuditOutside: ask('readAuditOutside'),
      readUnchainedAudit: ask('readUnchainedAudit'),
    })
  }
  try {
    const { createAuditOperations } = await import('../audit-search/audit-operations.ts')
    return await work(createAuditOperations({ store }))
  } finally {
    await store.close()
  }
}

/** Gives `work` an operator for the configured store, and closes the store whatever happens. */
export async function withOperator<T>(config: Config, work: (operator: Operator) => Promise<T>, options: OpenDepsOptions = {}): Promise<T> {
  let deps: CommandDeps
  try {
    refuseClaimedStore(config)
    const { openDeps } = await import('./open-deps.ts')
    deps = await openDeps(config, options)
  } catch (error) {
    const path = controlPath(config.dataDir)
    if (!(error instanceof DataDirectoryInUseError) || path === undefined) throw error
    return work({ run: (name, input) => askControl(path, name, input, error) as Promise<never> })
  }
  try {
    const { createOperations } = await import('../app/operations.ts')
    const operations = createOperations(deps)
    return await work({ run: (name, input) => operations[name](input) as Promise<never> })
  } finally {
    await deps.delivery.stop(mailDrainMs)
    await deps.store.close()
  }
}

/** Before any of what opens a store and works on it is loaded: most commands ask a server that is running, and do without. */
function refuseClaimedStore({ databaseUrl, dataDir }: Config): void {
  if (databaseUrl === undefined) refuseClaimedDirectory(dataDir)
}

/** As `withOperator`, for one operation. */
export function runOperation<Name extends OperationName>(
  config: Config,
  name: Name,
  input: unknown,
  options: OpenDepsOptions = {},
): Promise<OperationResult<Name>> {
  return withOperator(config, (operator) => operator.run(name, input), options)
}
