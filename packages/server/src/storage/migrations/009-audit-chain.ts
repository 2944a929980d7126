import type { Migration } from './migration.ts'

/**
 * The audit log becomes a chain for each tenant: every entry carries the hash of the one before. Entries that are there already, and those of an older
 * process that still runs, have no number in it.
 */
export const auditChain: Migration = {
  number: 9,
  name: 'audit-chain',
  portable: [
    'ALTER TABLE audit_log ADD COLUMN sequence BIGINT',
    'ALTER TABLE audit_log ADD COLUMN previous_hash TEXT',
    'ALTER TABLE audit_log ADD COLUMN personal_digest TEXT',
    'ALTER TABLE audit_log ADD COLUMN salt TEXT',
    'CREATE INDEX audit_log_by_sequence ON audit_log (tenant_id, sequence) WHERE sequence IS NOT NULL',
    `CREATE TABLE audit_chains (
      tenant_id TEXT NOT NULL,
      began_at BIGINT NOT NULL,
      unchained BIGINT NOT NULL,
      sequence BIGINT NOT NULL,
      hash TEXT NOT NULL,
      erased_through BIGINT NOT NULL,
      erased_hash TEXT NOT NULL,
      PRIMARY KEY (tenant_id)
    )`,
  ],
  sqlite: [],
  postgres: [],
}
