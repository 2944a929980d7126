import type { Migration } from './migration.ts'

/** Velocity features, with all that were ever declared, and what is usual for everybody of a tenant. */
export const velocityAndPopulation: Migration = {
  number: 3,
  name: 'velocity-and-population',
  portable: [
    `CREATE TABLE velocity_features (
      tenant_id TEXT NOT NULL,
      name TEXT NOT NULL,
      since_version INTEGER NOT NULL,
      until_version INTEGER,
      definition TEXT NOT NULL,
      complete_from BIGINT NOT NULL,
      backfill TEXT,
      created_at BIGINT NOT NULL,
      updated_at BIGINT NOT NULL,
      PRIMARY KEY (tenant_id, name, since_version)
    )`,
    `CREATE TABLE population_statistics (
      tenant_id TEXT NOT NULL PRIMARY KEY,
      version INTEGER NOT NULL,
      counts TEXT NOT NULL,
      updated_at BIGINT NOT NULL
    )`,
  ],
  sqlite: [],
  postgres: [],
}
