import { textArray } from '../storage/postgres/array-parameter.ts'
import { execute } from '../storage/postgres/migrate-postgres.ts'
import type { TargetDatabase } from './target-database.ts'

const prefix = 'tenant '

/** The step that a move notes in the target for each tenant it began with, beside its progress. */
export function stepOfTenant(tenantId: string): string {
  return prefix + tenantId
}

// The tenants of a move are known even when its id is forgotten.
const endMoves = `
  DELETE FROM move_progress WHERE move_id = $1 OR ($1::text IS NULL AND move_id IN (
    SELECT move_id FROM move_progress WHERE step LIKE '${prefix}%' GROUP BY move_id HAVING bool_and(step = ANY ($2::text[]))))
  RETURNING move_id`

/**
 * Removes from the target what a move has left there, and nothing when it has not begun there: what is of these tenants may be another move's. Without an
 * id it is a move of none but these tenants. In one transaction, with the move's progress first: a mover that is at it has no next step.
 * Returns whether there was anything.
 */
export async function removeCopy(target: TargetDatabase, moveId: string | undefined, tenants: readonly string[]): Promise<boolean> {
  return target.inTransaction(async (run) => {
    const ended = await execute(run, endMoves, [moveId ?? null, textArray(tenants.map(stepOfTenant))])
    if (ended.length === 0) return false
    for (const tenantId of tenants) for (const table of target.tables()) await table.removeTenant(run, tenantId)
    return true
  })
}
