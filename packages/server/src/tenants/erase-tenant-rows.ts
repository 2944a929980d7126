import { sql } from 'kysely'
import type { Schema } from '../storage/schema.ts'
import type { Db } from '../storage/store.ts'

/** Tables whose rows belong to a tenant. The compiler names one that is missing below. */
type TenantTable = { [Name in keyof Schema]: 'tenant_id' extends keyof Schema[Name] ? Name : never }[keyof Schema]
/** The tenant itself goes last, and the audit log as its chain demands. */
type SlicedTable = Exclude<TenantTable, 'tenants' | 'audit_log' | 'audit_chains'>

/** What tells rows of one tenant apart. API keys and sessions go first: then nobody gets in. */
const keys: { [Name in SlicedTable]: readonly (keyof Schema[Name] & string)[] } = {
  api_keys: ['key_hash'],
  admin_sessions: ['session_id'],
  user_sessions: ['session_id'],
  admin_invitations: ['invitation_id'],
  admin_recovery_codes: ['admin_id', 'selector'],
  admin_passkeys: ['passkey_id'],
  admins: ['admin_id'],
  signing_keys: ['key_id'],
  app_clients: ['client_id'],
  challenges: ['challenge_id'],
  consumed_tokens: ['jti'],
  authenticators: ['user_authenticator_id'],
  devices: ['user_id', 'device_id'],
  tries: ['subject'],
  sends: ['send_id'],
  review_claims: ['user_id', 'action_code', 'idempotency_key'],
  users: ['user_id'],
  proposals: ['proposal_id'],
  unlearnings: ['unlearning_id'],
  recent_warnings: ['code', 'action_code', 'subject'],
  population_statistics: ['tenant_id'],
  velocity_features: ['name', 'since_version'],
  value_list_entries: ['set_id', 'seq'],
  value_list_versions: ['alias', 'version'],
  value_lists: ['alias'],
  policy_tests: ['action_code', 'name'],
  policy_versions: ['action_code', 'version'],
  action_configurations: ['action_code'],
  custom_data_points: ['data_point_id'],
  authenticator_configurations: ['authenticator_id'],
}

export const slicedTables = Object.keys(keys) as readonly SlicedTable[]

/** Erases up to `limit` rows of a tenant in one table. Resolves with their number. */
export async function eraseTenantRows(db: Db, table: SlicedTable, tenantId: string, limit: number): Promise<number> {
  const key = sql.join(keys[table].map((column) => sql.ref(column)))
  const { numAffectedRows = 0n } = await sql`
    DELETE FROM ${sql.table(table)} WHERE tenant_id = ${tenantId} AND (${key}) IN (
      SELECT ${key} FROM ${sql.table(table)} WHERE tenant_id = ${tenantId} LIMIT ${sql.lit(limit)})`.execute(db)
  return Number(numAffectedRows)
}
