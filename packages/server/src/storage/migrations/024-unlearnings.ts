import type { Migration } from './migration.ts'

/** Requests to take back what many events had taught, with how far each has come. */
export const unlearnings: Migration = {
  number: 24,
  name: 'unlearnings',
  portable: [
    `CREATE TABLE unlearnings (
      tenant_id TEXT NOT NULL,
      unlearning_id TEXT NOT NULL,
      user_id TEXT,
      filter TEXT NOT NULL,
      asked TEXT NOT NULL,
      reason TEXT NOT NULL,
      actor TEXT NOT NULL,
      is_fraud INTEGER NOT NULL,
      state TEXT NOT NULL,
      place TEXT,
      events BIGINT NOT NULL,
      unlearnt BIGINT NOT NULL,
      created_at BIGINT NOT NULL,
      updated_at BIGINT NOT NULL,
      holder TEXT,
      held_until BIGINT NOT NULL,
      problem TEXT,
      PRIMARY KEY (tenant_id, unlearning_id)
    )`,
    'CREATE INDEX unlearnings_by_time ON unlearnings (tenant_id, created_at, unlearning_id)',
    'CREATE INDEX unlearnings_by_state ON unlearnings (state)',
  ],
  sqlite: [],
  postgres: [],
}
