import type { Config } from '../config.ts'
import { askControl, controlPath } from '../control/control-socket.ts'
import { type OperationName, type OperationResult, operations } from '../control/operations.ts'
import { DataDirectoryInUseError } from '../storage/sqlite/data-directory.ts'
import { CommandError } from './command-file.ts'
import { withStore } from './with-store.ts'

/** Does an operation on the store, or has the server do it that is running on it. */
export async function runOperation<Name extends OperationName>(config: Config, name: Name, input: unknown): Promise<OperationResult<Name>> {
  try {
    return (await withStore<unknown>(config, (deps) => operations[name](deps, input))) as OperationResult<Name>
  } catch (error) {
    const path = controlPath(config.dataDir)
    if (!(error instanceof DataDirectoryInUseError) || path === undefined) throw error
    return (await askControl(path, name, input).catch((cause: unknown) => {
      throw new CommandError(cause instanceof Error && !('code' in cause) ? cause.message : error.message, { cause })
    })) as OperationResult<Name>
  }
}
