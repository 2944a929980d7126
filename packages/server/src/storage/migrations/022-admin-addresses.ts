import type { Migration } from './migration.ts'

/** Where admins are written to. */
export const adminAddresses: Migration = {
  number: 22,
  name: 'admin-addresses',
  portable: ['ALTER TABLE admins ADD COLUMN email TEXT', 'ALTER TABLE admin_invitations ADD COLUMN email TEXT'],
  sqlite: [],
  postgres: [],
}
