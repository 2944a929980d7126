import type { Migration } from './migration.ts'

/** What looked wrong lately in the requests of a tenant: a short list, counted and bounded. */
export const recentWarnings: Migration = {
  number: 13,
  name: 'recent-warnings',
  portable: [
    `CREATE TABLE recent_warnings (
      tenant_id TEXT NOT NULL,
      code TEXT NOT NULL,
      action_code TEXT NOT NULL,
      subject TEXT NOT NULL,
      message TEXT NOT NULL,
      times BIGINT NOT NULL,
      first_at BIGINT NOT NULL,
      last_at BIGINT NOT NULL,
      PRIMARY KEY (tenant_id, code, action_code, subject)
    )`,
  ],
  sqlite: [],
  postgres: [],
}
