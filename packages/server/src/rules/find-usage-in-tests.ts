import { meant, type Referred } from '../configuration/find-usage.ts'
import type { Db } from '../storage/store.ts'
import type { PolicyTest } from './policy-test.ts'

export interface TestUsage {
  kind: 'test'
  actionCode: string
  name: string
  /** The name as it is written there. */
  reads: string
  /** Where in the test: `event.custom.amount`. */
  paths: string[]
}

/** Saved tests that set something: a signal, a feature, or a data point of the action or the user. */
export async function findUsageInTests(db: Db, tenantId: string, referred: Referred): Promise<TestUsage[]> {
  const isMeant = meant(referred)
  const rows = await db
    .selectFrom('policy_tests')
    .where('tenant_id', '=', tenantId)
    .orderBy('action_code')
    .orderBy('name')
    .select(['action_code', 'name', 'definition'])
    .execute()
  return rows.flatMap(({ action_code: actionCode, name, definition }): TestUsage[] => {
    const { event }: PolicyTest = JSON.parse(definition)
    const set = [
      ...Object.keys(event.signals ?? {}).map((reads) => ({ reads, path: `event.signals['${reads}']` })),
      ...Object.keys(event.custom ?? {}).map((field) => ({ reads: `custom.${field}`, path: `event.custom.${field}` })),
      ...Object.keys(event.user?.custom ?? {}).map((field) => ({ reads: `user.custom.${field}`, path: `event.user.custom.${field}` })),
    ].filter(({ reads }) => isMeant(reads))
    const [first] = set
    return first === undefined ? [] : [{ kind: 'test', actionCode, name, reads: first.reads, paths: set.map(({ path }) => path) }]
  })
}
