import type { Migration } from './migration.ts'

/** Who made a change: beside its kind, which is there already, the key, user or person. Earlier rows do not say. */
export const actor: Migration = {
  number: 8,
  name: 'actor',
  portable: [
    'ALTER TABLE audit_log ADD COLUMN actor_id TEXT',
    'ALTER TABLE audit_log ADD COLUMN actor_name TEXT',
    'ALTER TABLE audit_log ADD COLUMN actor_key_id TEXT',
    'ALTER TABLE policy_versions ADD COLUMN actor TEXT',
    'ALTER TABLE value_list_versions ADD COLUMN actor TEXT',
  ],
  sqlite: [],
  postgres: [],
}
