import type { Migration } from './migration.ts'

/** The people who sign in to the portal of a tenant: apart from the tenant's users, so that no list of users ever shows them. */
export const admins: Migration = {
  number: 15,
  name: 'admins',
  portable: [
    `CREATE TABLE admins (
      tenant_id TEXT NOT NULL,
      admin_id TEXT NOT NULL,
      name TEXT NOT NULL,
      role TEXT NOT NULL,
      user_handle TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      last_seen_at BIGINT,
      PRIMARY KEY (tenant_id, admin_id)
    )`,
    `CREATE TABLE admin_passkeys (
      tenant_id TEXT NOT NULL,
      passkey_id TEXT NOT NULL,
      admin_id TEXT NOT NULL,
      credential_id TEXT NOT NULL,
      public_key TEXT NOT NULL,
      sign_count BIGINT NOT NULL,
      backup_eligible INTEGER NOT NULL,
      transports TEXT,
      name TEXT,
      created_at BIGINT NOT NULL,
      last_used_at BIGINT,
      PRIMARY KEY (tenant_id, passkey_id)
    )`,
    'CREATE UNIQUE INDEX admin_passkeys_by_credential ON admin_passkeys (credential_id)',
    `CREATE TABLE admin_sessions (
      tenant_id TEXT NOT NULL,
      session_id TEXT NOT NULL,
      admin_id TEXT NOT NULL,
      secret_hash TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      last_used_at BIGINT NOT NULL,
      proven_at BIGINT NOT NULL,
      expires_at BIGINT NOT NULL,
      ip_address TEXT NOT NULL,
      user_agent TEXT,
      PRIMARY KEY (tenant_id, session_id)
    )`,
    'CREATE UNIQUE INDEX admin_sessions_by_secret ON admin_sessions (secret_hash)',
    'CREATE INDEX admin_sessions_by_expiry ON admin_sessions (expires_at)',
    `CREATE TABLE admin_invitations (
      tenant_id TEXT NOT NULL,
      invitation_id TEXT NOT NULL,
      code_hash TEXT NOT NULL,
      role TEXT NOT NULL,
      name TEXT,
      made_by TEXT NOT NULL,
      is_first INTEGER NOT NULL,
      created_at BIGINT NOT NULL,
      expires_at BIGINT NOT NULL,
      used_at BIGINT,
      PRIMARY KEY (tenant_id, invitation_id)
    )`,
    'CREATE UNIQUE INDEX admin_invitations_by_code ON admin_invitations (code_hash)',
    'CREATE INDEX admin_invitations_by_expiry ON admin_invitations (expires_at)',
    `CREATE TABLE admin_recovery_codes (
      tenant_id TEXT NOT NULL,
      admin_id TEXT NOT NULL,
      selector TEXT NOT NULL,
      salted_hash TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      used_at BIGINT,
      PRIMARY KEY (tenant_id, admin_id, selector)
    )`,
    'CREATE INDEX admin_recovery_codes_by_selector ON admin_recovery_codes (selector)',
  ],
  sqlite: [],
  postgres: [],
}
