import { idleEntryFinder, type JsonValue, variablesOf } from '@sallyport/engine'
import { inSlices, type ListItem, type Pause } from '../configuration/list-entries.ts'
import { listActions } from '../configuration/policy-row.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Db } from '../storage/store.ts'

/** More problems than anybody corrects before trying again. */
const maxProblems = 10

/**
 * Refuses new entries that no rule of the tenant could ever meet, such as `ir` in a list of countries: somebody believes that they protect.
 * They may be a million, so this happens before the transaction of the change.
 */
export async function refuseIdleEntries(
  db: Db,
  tenant: Pick<Tenant, 'tenantId' | 'dataPoints' | 'lists' | 'features'>,
  alias: string,
  added: Iterable<ListItem>,
  pause: Pause,
): Promise<void> {
  await refuseEntriesIdleIn(conditionsReading(await ruleConditions(db, tenant.tenantId), alias), tenant, alias, added, pause)
}

/** As `refuseIdleEntries`, for conditions that are known. */
export async function refuseEntriesIdleIn(
  conditions: readonly JsonValue[],
  tenant: Pick<Tenant, 'dataPoints' | 'lists' | 'features'>,
  alias: string,
  added: Iterable<ListItem>,
  pause: Pause,
): Promise<void> {
  if (conditions.length === 0) return
  const problemOf = idleEntryFinder(conditions, alias, tenant)
  const problems: string[] = []
  await inSlices(
    added,
    (entry) => {
      const problem = problems.length < maxProblems ? problemOf(entry) : undefined
      if (problem !== undefined) problems.push(problem)
    },
    pause,
  )
  if (problems.length > 0) throw new ApiError('invalid_request', `\`valueListItems\` of \`${alias}\`: ${problems.join('; ')}`)
}

/** The conditions of all rules of a tenant. */
export async function ruleConditions(db: Db, tenantId: string): Promise<JsonValue[]> {
  const actions = await listActions(db, tenantId)
  return actions.flatMap(({ definition }) => definition.rules).flatMap((rule) => (rule.conditions === undefined ? [] : [rule.conditions]))
}

/** Those that read a list. */
export function conditionsReading(conditions: readonly JsonValue[], alias: string): JsonValue[] {
  return conditions.filter((logic) => variablesOf(logic).includes(`lists.${alias}`))
}
