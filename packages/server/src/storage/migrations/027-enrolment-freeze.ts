import type { Migration } from './migration.ts'

/** Since when no authenticator can be added to a user, because the user said "this was not me". */
export const enrolmentFreeze: Migration = {
  number: 27,
  name: 'enrolment-freeze',
  portable: ['ALTER TABLE users ADD COLUMN enrolment_frozen_at BIGINT'],
  sqlite: [],
  postgres: [],
}
