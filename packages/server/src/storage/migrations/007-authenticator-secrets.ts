import type { Migration } from './migration.ts'

/** A place for what the server shares with an authenticator, encrypted. */
export const authenticatorSecrets: Migration = {
  number: 7,
  name: 'authenticator-secrets',
  portable: ['ALTER TABLE authenticators ADD COLUMN secret TEXT'],
  sqlite: [],
  postgres: [],
}
