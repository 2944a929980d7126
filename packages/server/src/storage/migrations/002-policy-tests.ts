import type { Migration } from './migration.ts'

/** Saved test events of an action, each with what the policy is expected to say. */
export const policyTests: Migration = {
  number: 2,
  name: 'policy-tests',
  portable: [
    `CREATE TABLE policy_tests (
      tenant_id TEXT NOT NULL,
      action_code TEXT NOT NULL,
      name TEXT NOT NULL,
      definition TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      updated_at BIGINT NOT NULL,
      PRIMARY KEY (tenant_id, action_code, name)
    )`,
  ],
  sqlite: [],
  postgres: [],
}
