import type { Migration } from './migration.ts'

/** Counts of wrong answers and of sent messages, and the messages of the last weeks. */
export const tries: Migration = {
  number: 25,
  name: 'tries',
  portable: [
    `CREATE TABLE tries (
      tenant_id TEXT NOT NULL,
      subject TEXT NOT NULL,
      user_id TEXT,
      taken BIGINT NOT NULL,
      max_taken BIGINT NOT NULL,
      window_ends_at BIGINT NOT NULL,
      streak BIGINT NOT NULL,
      locked_until BIGINT NOT NULL,
      expires_at BIGINT,
      PRIMARY KEY (tenant_id, subject)
    )`,
    'CREATE INDEX tries_by_expiry ON tries (expires_at)',
    'CREATE INDEX tries_by_user ON tries (tenant_id, user_id)',
    `CREATE TABLE sends (
      tenant_id TEXT NOT NULL,
      send_id TEXT NOT NULL,
      user_id TEXT NOT NULL,
      verification_method TEXT NOT NULL,
      sent_at BIGINT NOT NULL,
      country TEXT,
      number_block TEXT,
      completed_at BIGINT,
      expires_at BIGINT NOT NULL,
      PRIMARY KEY (tenant_id, send_id)
    )`,
    'CREATE INDEX sends_by_time ON sends (tenant_id, verification_method, sent_at)',
    'CREATE INDEX sends_by_user ON sends (tenant_id, user_id, sent_at)',
    'CREATE INDEX sends_by_expiry ON sends (expires_at)',
  ],
  sqlite: [],
  postgres: [],
}
