import type { Migration } from './migration.ts'

/** What the access tokens of an app client say beside what every one says. */
export const customClaims: Migration = {
  number: 28,
  name: 'custom-claims',
  portable: ['ALTER TABLE app_clients ADD COLUMN custom_claims TEXT'],
  sqlite: [],
  postgres: [],
}
