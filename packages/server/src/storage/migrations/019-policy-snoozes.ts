import type { Migration } from './migration.ts'

/** Which versions of a policy silence a rule for somebody, so that the erasure of a user finds them without reading every policy. */
export const policySnoozes: Migration = {
  number: 19,
  name: 'policy-snoozes',
  portable: [
    'ALTER TABLE policy_versions ADD COLUMN has_snoozes INTEGER NOT NULL DEFAULT 0',
    'CREATE INDEX policy_versions_with_snoozes ON policy_versions (tenant_id, action_code, version) WHERE has_snoozes = 1',
  ],
  sqlite: [],
  postgres: [],
}
