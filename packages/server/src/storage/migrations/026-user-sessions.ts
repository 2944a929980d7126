import type { Migration } from './migration.ts'

/** Sessions of users, the applications that they are for, and the keys that sign their tokens. */
export const userSessions: Migration = {
  number: 26,
  name: 'user-sessions',
  portable: [
    `CREATE TABLE signing_keys (
      tenant_id TEXT NOT NULL,
      key_id TEXT NOT NULL,
      public_key TEXT NOT NULL,
      encrypted_private_key TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      signs_from BIGINT NOT NULL,
      expires_at BIGINT,
      PRIMARY KEY (tenant_id, key_id)
    )`,
    `CREATE TABLE app_clients (
      tenant_id TEXT NOT NULL,
      client_id TEXT NOT NULL,
      name TEXT NOT NULL,
      access_token_minutes INTEGER NOT NULL,
      refresh_token_minutes INTEGER NOT NULL,
      session_minutes INTEGER NOT NULL,
      created_at BIGINT NOT NULL,
      updated_at BIGINT NOT NULL,
      PRIMARY KEY (tenant_id, client_id)
    )`,
    `CREATE TABLE user_sessions (
      tenant_id TEXT NOT NULL,
      session_id TEXT NOT NULL,
      client_id TEXT NOT NULL,
      user_id TEXT NOT NULL,
      action_code TEXT NOT NULL,
      idempotency_key TEXT NOT NULL,
      verification_method TEXT,
      user_authenticator_id TEXT,
      family_hash TEXT NOT NULL,
      refresh_hash TEXT NOT NULL,
      token_id TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      refreshed_at BIGINT NOT NULL,
      expires_at BIGINT NOT NULL,
      PRIMARY KEY (tenant_id, session_id)
    )`,
    'CREATE UNIQUE INDEX user_sessions_by_family ON user_sessions (tenant_id, family_hash)',
    'CREATE INDEX user_sessions_by_user ON user_sessions (tenant_id, user_id)',
    'CREATE INDEX user_sessions_by_expiry ON user_sessions (expires_at)',
  ],
  sqlite: [],
  postgres: [],
}
