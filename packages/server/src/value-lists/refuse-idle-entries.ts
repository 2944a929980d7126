import { idleEntryFinder, variablesOf } from '@sallyport/engine'
import { listActions } from '../configuration/policy-row.ts'
import type { Tenant } from '../configuration/tenant.ts'
import type { ListItem } from '../configuration/value-list-row.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Db } from '../storage/store.ts'

/** More problems than anybody corrects before trying again. */
const maxProblems = 10

/**
 * Refuses new entries that no rule of the tenant could ever meet, such as `ir` in a list of countries: somebody believes that they protect.
 * Within the transaction of the change.
 */
export async function refuseIdleEntries(
  db: Db,
  tenant: Pick<Tenant, 'tenantId' | 'dataPoints' | 'lists' | 'features'>,
  alias: string,
  added: readonly ListItem[],
): Promise<void> {
  if (added.length === 0) return
  const actions = await listActions(db, tenant.tenantId)
  const conditions = actions
    .flatMap(({ definition }) => definition.rules)
    .flatMap((rule) => (rule.conditions === undefined ? [] : [rule.conditions]))
    .filter((logic) => variablesOf(logic).includes(`lists.${alias}`))
  if (conditions.length === 0) return
  const problemOf = idleEntryFinder(conditions, alias, tenant)
  const problems: string[] = []
  for (const entry of added) {
    const problem = problemOf(entry)
    if (problem !== undefined && problems.push(problem) === maxProblems) break
  }
  if (problems.length > 0) throw new ApiError('invalid_request', `\`valueListItems\` of \`${alias}\`: ${problems.join('; ')}`)
}
