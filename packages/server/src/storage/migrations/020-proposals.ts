import type { Migration } from './migration.ts'

/** Changes of policies that wait for a second person. */
export const proposals: Migration = {
  number: 20,
  name: 'proposals',
  portable: [
    `CREATE TABLE proposals (
      tenant_id TEXT NOT NULL,
      proposal_id TEXT NOT NULL,
      state TEXT NOT NULL,
      event TEXT NOT NULL,
      message TEXT,
      actor TEXT NOT NULL,
      action_codes TEXT NOT NULL,
      document TEXT NOT NULL,
      checked TEXT NOT NULL,
      names_snoozed INTEGER NOT NULL,
      created_at BIGINT NOT NULL,
      expires_at BIGINT NOT NULL,
      closed_at BIGINT,
      closed_by TEXT,
      reason TEXT,
      PRIMARY KEY (tenant_id, proposal_id)
    )`,
    'CREATE INDEX proposals_by_time ON proposals (tenant_id, created_at, proposal_id)',
  ],
  sqlite: [],
  postgres: [],
}
