import type { Actor } from '../audit/actor.ts'
import type { Db } from '../storage/store.ts'
import { hasSnoozes } from './end-snoozes-of-user.ts'
import type { ActionRecord } from './policy-row.ts'
import { withoutEndedSnoozes } from './without-ended-snoozes.ts'

/** An action as it will be. `createdAt`: absent for an action that does not exist yet. */
export type WantedAction = Omit<ActionRecord, 'createdAt'> & { createdAt?: number | undefined }

/** What the history of a policy says about a version. */
export interface VersionNote {
  at: number
  actor: Actor
  message: string
}

/**
 * Writes the next version of an action's policy and puts it into force: every way to save a rule ends here. A version never changes afterwards, but for
 * `endSnoozesOfUser`, and no number is used twice, not even after the action was deleted in between. Within the transaction of the change.
 */
export async function writePolicyVersion(db: Db, tenantId: string, wanted: WantedAction, note: VersionNote): Promise<ActionRecord> {
  const { settings, isConfigured } = wanted
  const { at, actor, message } = note
  const { action } = wanted.definition
  const version = (await lastVersion(db, tenantId, action)) + 1
  const definition = { ...withoutEndedSnoozes(wanted.definition, at), version }
  await db
    .insertInto('policy_versions')
    .values({
      tenant_id: tenantId,
      action_code: action,
      version,
      definition: JSON.stringify(definition),
      created_at: at,
      author: actor.kind,
      message,
      actor: JSON.stringify(actor),
      has_snoozes: hasSnoozes(definition),
    })
    .execute()
  const inForce = { policy_version: version, settings: JSON.stringify(settings), is_configured: isConfigured ? 1 : 0 } as const
  await db
    .insertInto('action_configurations')
    .values({ tenant_id: tenantId, action_code: action, created_at: at, ...inForce })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'action_code']).doUpdateSet(inForce))
    .execute()
  return { definition, settings, createdAt: wanted.createdAt ?? at, isConfigured }
}

async function lastVersion(db: Db, tenantId: string, actionCode: string): Promise<number> {
  const row = await db
    .selectFrom('policy_versions')
    .where('tenant_id', '=', tenantId)
    .where('action_code', '=', actionCode)
    .select((select) => select.fn.max('version').as('version'))
    .executeTakeFirst()
  return row?.version ?? 0
}
