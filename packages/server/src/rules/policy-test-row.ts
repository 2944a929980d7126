import { isDeepStrictEqual } from 'node:util'
import { ApiError } from '../errors/api-error.ts'
import type { Db } from '../storage/store.ts'
import type { PolicyTest } from './policy-test.ts'

/** The saved tests of an action, by name. */
export async function listPolicyTests(db: Db, tenantId: string, actionCode: string): Promise<PolicyTest[]> {
  const rows = await tests(db, tenantId, actionCode).execute()
  return inOrder(rows.map(({ definition }) => JSON.parse(definition) as PolicyTest))
}

/** Tests in the order of their names, independent of the collation of a database. */
export function inOrder(unordered: readonly PolicyTest[]): PolicyTest[] {
  return [...unordered].sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** A saved test; refuses one that does not exist as not found. */
export async function loadPolicyTest(db: Db, tenantId: string, actionCode: string, name: string): Promise<PolicyTest> {
  const row = await tests(db, tenantId, actionCode).where('name', '=', name).executeTakeFirst()
  if (row === undefined) throw new ApiError('not_found', `the action \`${actionCode}\` has no test \`${name}\``)
  return JSON.parse(row.definition) as PolicyTest
}

/** Saves a test; it replaces the one with the same name. */
export async function putPolicyTest(db: Db, tenantId: string, actionCode: string, test: PolicyTest, at: number): Promise<void> {
  const definition = JSON.stringify(test)
  await db
    .insertInto('policy_tests')
    .values({ tenant_id: tenantId, action_code: actionCode, name: test.name, definition, created_at: at, updated_at: at })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'action_code', 'name']).doUpdateSet({ definition, updated_at: at }))
    .execute()
}

/** Makes these the tests of an action. */
export async function replacePolicyTests(
  db: Db,
  tenantId: string,
  actionCode: string,
  wanted: readonly PolicyTest[],
  at: number,
): Promise<void> {
  const saved = await listPolicyTests(db, tenantId, actionCode)
  for (const { name } of saved) {
    if (!wanted.some((test) => test.name === name)) await deletePolicyTests(db, tenantId, actionCode, name)
  }
  for (const test of wanted) {
    if (!saved.some((other) => isDeepStrictEqual(other, test))) await putPolicyTest(db, tenantId, actionCode, test, at)
  }
}

/** Removes one saved test, or all of an action. */
export async function deletePolicyTests(db: Db, tenantId: string, actionCode: string, name?: string): Promise<void> {
  let query = db.deleteFrom('policy_tests').where('tenant_id', '=', tenantId).where('action_code', '=', actionCode)
  if (name !== undefined) query = query.where('name', '=', name)
  await query.execute()
}

function tests(db: Db, tenantId: string, actionCode: string) {
  return db.selectFrom('policy_tests').where('tenant_id', '=', tenantId).where('action_code', '=', actionCode).selectAll()
}
