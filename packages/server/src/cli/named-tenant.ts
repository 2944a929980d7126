import { CommandError } from './command-file.ts'
import type { Operator } from './run-operation.ts'

/** The tenant that a command names with `--tenant`; without it, the only one there is. */
export async function namedTenant({ run }: Operator, given: string | undefined): Promise<string> {
  if (given !== undefined) return given
  const [only, ...others] = await run('listTenants', {})
  if (only === undefined) throw new CommandError('there is no tenant: a server creates one when it first starts')
  if (others.length > 0) throw new CommandError(`there are ${others.length + 1} tenants: name one with --tenant`)
  return only.tenantId
}
