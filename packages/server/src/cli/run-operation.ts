import { createOperations, type OperationName, type OperationResult } from '../app/operations.ts'
import type { Config } from '../config.ts'
import { askControl, controlPath } from '../control/control-socket.ts'
import { DataDirectoryInUseError } from '../storage/sqlite/data-directory.ts'
import type { CreateTenantDeps } from '../tenants/create-tenant.ts'
import { type OpenDepsOptions, openDeps } from './open-deps.ts'

/** Does operations on the store, or has the server do them that is running on it. */
export interface Operator {
  run<Name extends OperationName>(name: Name, input: unknown): Promise<OperationResult<Name>>
}

/** Gives `work` an operator for the configured store, and closes the store whatever happens. */
export async function withOperator<T>(config: Config, work: (operator: Operator) => Promise<T>, options: OpenDepsOptions = {}): Promise<T> {
  let deps: CreateTenantDeps
  try {
    deps = await openDeps(config, options)
  } catch (error) {
    const path = controlPath(config.dataDir)
    if (!(error instanceof DataDirectoryInUseError) || path === undefined) throw error
    return work({ run: (name, input) => askControl(path, name, input, error) as Promise<never> })
  }
  try {
    const operations = createOperations(deps)
    return await work({ run: (name, input) => operations[name](input) as Promise<never> })
  } finally {
    await deps.store.close()
  }
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
