import type { PolicyDefinition } from '@sallyport/engine'
import { ApiError } from '../errors/api-error.ts'
import type { Db } from '../storage/store.ts'
import type { ActionSettings } from './tenant.ts'

/** An action as configured: its policy in force and its settings. */
export interface ActionRecord {
  definition: PolicyDefinition
  settings: ActionSettings
  createdAt: number
  /** False while the action is only known from being tracked. */
  isConfigured: boolean
}

/** The policy of an action that nobody has configured: it allows everything, and enrols rather than lets a challenge pass unanswered. */
export function emptyPolicy(action: string, version: number): PolicyDefinition {
  return { action, version, defaultOutcome: 'ALLOW', whenUnenrolled: 'ENROLL', verificationMethods: [], rules: [] }
}

export async function findAction(db: Db, tenantId: string, actionCode: string): Promise<ActionRecord | undefined> {
  const row = await actionsWithPolicy(db, tenantId).where('a.action_code', '=', actionCode).executeTakeFirst()
  return row && toRecord(row)
}

/** As `findAction`; refuses an action that does not exist as not found. */
export async function loadAction(db: Db, tenantId: string, actionCode: string): Promise<ActionRecord> {
  return existing(await findAction(db, tenantId, actionCode), actionCode)
}

/** The record; refuses one that does not exist as not found. */
export function existing(record: ActionRecord | undefined, actionCode: string): ActionRecord {
  if (record === undefined) throw new ApiError('not_found', `there is no action \`${actionCode}\``)
  return record
}

/** Every action of the tenant, by code. */
export async function listActions(db: Db, tenantId: string): Promise<ActionRecord[]> {
  const rows = await actionsWithPolicy(db, tenantId).orderBy('a.action_code').execute()
  return rows.map(toRecord)
}

function actionsWithPolicy(db: Db, tenantId: string) {
  return db
    .selectFrom('action_configurations as a')
    .innerJoin('policy_versions as p', (join) =>
      join
        .onRef('p.tenant_id', '=', 'a.tenant_id')
        .onRef('p.action_code', '=', 'a.action_code')
        .onRef('p.version', '=', 'a.policy_version'),
    )
    .where('a.tenant_id', '=', tenantId)
    .select(['p.definition', 'a.settings', 'a.created_at', 'a.is_configured'])
}

function toRecord(row: { definition: string; settings: string; created_at: number; is_configured: number }): ActionRecord {
  return {
    definition: JSON.parse(row.definition),
    settings: JSON.parse(row.settings),
    createdAt: row.created_at,
    isConfigured: row.is_configured === 1,
  }
}
