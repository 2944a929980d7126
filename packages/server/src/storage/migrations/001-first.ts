import type { Migration } from './migration.ts'

/**
 * The tables of `schema.ts`, and each store's own: SQLite keeps instances and entities as `sqlite/instance-log.ts` says, PostgreSQL as rows that are
 * read and written by key.
 */
export const first: Migration = {
  number: 1,
  name: 'first',
  portable: [
    `CREATE TABLE tenants (
      tenant_id TEXT NOT NULL PRIMARY KEY,
      name TEXT NOT NULL,
      settings TEXT NOT NULL,
      config_version INTEGER NOT NULL,
      created_at BIGINT NOT NULL
    )`,
    `CREATE TABLE api_keys (
      key_hash TEXT NOT NULL PRIMARY KEY,
      tenant_id TEXT NOT NULL,
      kind TEXT NOT NULL,
      encrypted_key TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      expires_at BIGINT
    )`,
    'CREATE INDEX api_keys_by_tenant ON api_keys (tenant_id)',
    `CREATE TABLE action_configurations (
      tenant_id TEXT NOT NULL,
      action_code TEXT NOT NULL,
      policy_version INTEGER NOT NULL,
      settings TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      is_configured SMALLINT NOT NULL,
      PRIMARY KEY (tenant_id, action_code)
    )`,
    `CREATE TABLE policy_versions (
      tenant_id TEXT NOT NULL,
      action_code TEXT NOT NULL,
      version INTEGER NOT NULL,
      definition TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      author TEXT NOT NULL,
      message TEXT,
      PRIMARY KEY (tenant_id, action_code, version)
    )`,
    `CREATE TABLE value_lists (
      tenant_id TEXT NOT NULL,
      alias TEXT NOT NULL,
      name TEXT NOT NULL,
      item_type TEXT NOT NULL,
      items TEXT NOT NULL,
      is_active SMALLINT NOT NULL,
      created_at BIGINT NOT NULL,
      updated_at BIGINT NOT NULL,
      PRIMARY KEY (tenant_id, alias)
    )`,
    `CREATE TABLE custom_data_points (
      tenant_id TEXT NOT NULL,
      data_point_id TEXT NOT NULL,
      name TEXT NOT NULL,
      data_type TEXT NOT NULL,
      model_type TEXT NOT NULL,
      description TEXT,
      is_public SMALLINT NOT NULL,
      created_at BIGINT NOT NULL,
      PRIMARY KEY (tenant_id, data_point_id)
    )`,
    `CREATE TABLE authenticator_configurations (
      tenant_id TEXT NOT NULL,
      authenticator_id TEXT NOT NULL,
      verification_method TEXT NOT NULL,
      is_active SMALLINT NOT NULL,
      settings TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      PRIMARY KEY (tenant_id, authenticator_id)
    )`,
    `CREATE TABLE users (
      tenant_id TEXT NOT NULL,
      user_id TEXT NOT NULL,
      user_handle TEXT NOT NULL,
      email TEXT,
      email_verified SMALLINT NOT NULL,
      phone_number TEXT,
      phone_number_verified SMALLINT NOT NULL,
      username TEXT,
      display_name TEXT,
      locale TEXT,
      default_verification_method TEXT,
      custom TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      updated_at BIGINT NOT NULL,
      PRIMARY KEY (tenant_id, user_id)
    )`,
    // The handle first, so that no planner takes it for the way from a tenant to a user, which the primary key is.
    'CREATE UNIQUE INDEX users_by_handle ON users (user_handle, tenant_id)',
    'CREATE INDEX users_by_email ON users (tenant_id, email) WHERE email IS NOT NULL',
    'CREATE INDEX users_by_phone_number ON users (tenant_id, phone_number) WHERE phone_number IS NOT NULL',
    'CREATE INDEX users_by_username ON users (tenant_id, username) WHERE username IS NOT NULL',
    `CREATE TABLE authenticators (
      tenant_id TEXT NOT NULL,
      user_authenticator_id TEXT NOT NULL,
      user_id TEXT NOT NULL,
      verification_method TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      verified_at BIGINT,
      last_verified_at BIGINT,
      removed_at BIGINT,
      credential_id TEXT,
      public_key TEXT,
      sign_count BIGINT NOT NULL,
      backup_eligible SMALLINT NOT NULL,
      backup_state SMALLINT NOT NULL,
      transports TEXT,
      aaguid TEXT,
      name TEXT,
      details TEXT NOT NULL,
      PRIMARY KEY (tenant_id, user_authenticator_id)
    )`,
    'CREATE INDEX authenticators_by_user ON authenticators (tenant_id, user_id)',
    // WA-14: one live authenticator of a tenant holds a credential id.
    `CREATE UNIQUE INDEX authenticators_by_credential ON authenticators (tenant_id, credential_id)
      WHERE credential_id IS NOT NULL AND removed_at IS NULL`,
    `CREATE TABLE devices (
      tenant_id TEXT NOT NULL,
      user_id TEXT NOT NULL,
      device_id TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      authenticated_at BIGINT,
      invalidated_at BIGINT,
      remembered_until BIGINT,
      last_verification_method TEXT,
      PRIMARY KEY (tenant_id, user_id, device_id)
    )`,
    `CREATE TABLE challenges (
      tenant_id TEXT NOT NULL,
      challenge_id TEXT NOT NULL,
      kind TEXT NOT NULL,
      user_id TEXT,
      action_code TEXT,
      idempotency_key TEXT,
      webauthn_challenge TEXT,
      details TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      expires_at BIGINT NOT NULL,
      consumed_at BIGINT,
      PRIMARY KEY (tenant_id, challenge_id)
    )`,
    'CREATE INDEX challenges_by_user ON challenges (tenant_id, user_id) WHERE user_id IS NOT NULL',
    'CREATE INDEX challenges_by_expiry ON challenges (expires_at)',
    `CREATE TABLE consumed_tokens (
      tenant_id TEXT NOT NULL,
      jti TEXT NOT NULL,
      consumed_at BIGINT NOT NULL,
      expires_at BIGINT NOT NULL,
      PRIMARY KEY (tenant_id, jti)
    )`,
    'CREATE INDEX consumed_tokens_by_expiry ON consumed_tokens (expires_at)',
    `CREATE TABLE audit_log (
      tenant_id TEXT NOT NULL,
      audit_id TEXT NOT NULL,
      at BIGINT NOT NULL,
      actor TEXT NOT NULL,
      event TEXT NOT NULL,
      user_id TEXT,
      ip_address TEXT,
      details TEXT NOT NULL,
      PRIMARY KEY (tenant_id, audit_id)
    )`,
    'CREATE INDEX audit_log_by_time ON audit_log (tenant_id, at)',
    'CREATE INDEX audit_log_by_user ON audit_log (tenant_id, user_id) WHERE user_id IS NOT NULL',
  ],
  sqlite: [
    // The log (`sqlite/instance-log.ts`): numbers of `dictionary` stand for tenant and action.
    `CREATE TABLE instances (
      seq INTEGER PRIMARY KEY,
      previous INTEGER NOT NULL,
      is_folded INTEGER NOT NULL,
      tenant_no INTEGER NOT NULL,
      user_id TEXT NOT NULL,
      action_no INTEGER NOT NULL,
      idempotency_key TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      body TEXT NOT NULL
    )`,
    'CREATE TABLE dictionary (number INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE)',
    // Derived from the log (`sqlite/write-behind.ts`), up to the places that `store_state` names.
    'CREATE TABLE instance_keys (hash INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (hash, seq)) WITHOUT ROWID',
    `CREATE TABLE entities (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL,
      as_of INTEGER NOT NULL,
      head INTEGER NOT NULL,
      body TEXT
    )`,
    'CREATE TABLE entity_ids (hash INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (hash, id)) WITHOUT ROWID',
    'CREATE TABLE store_state (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID',
  ],
  postgres: [
    'CREATE TABLE dictionary (number INTEGER GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, text TEXT NOT NULL UNIQUE)',
    // A changed row finds room on its own page, so that no index has to be written again.
    `CREATE TABLE entities (
      tenant_id TEXT NOT NULL,
      entity_key TEXT NOT NULL,
      kind TEXT NOT NULL,
      version BIGINT NOT NULL,
      body TEXT,
      PRIMARY KEY (tenant_id, entity_key, kind)
    ) WITH (fillfactor = 75, autovacuum_vacuum_scale_factor = 0.05)`,
    // Unique across all months, which no index of a partitioned table is: it says in which month an instance is.
    `CREATE TABLE instance_keys (
      tenant_id TEXT NOT NULL,
      user_id TEXT NOT NULL,
      action TEXT NOT NULL,
      idempotency_key TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      PRIMARY KEY (tenant_id, user_id, action, idempotency_key)
    )`,
    `CREATE TABLE instances (
      tenant_id TEXT NOT NULL,
      user_id TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      action TEXT NOT NULL,
      idempotency_key TEXT NOT NULL,
      body TEXT NOT NULL,
      PRIMARY KEY (tenant_id, user_id, created_at, action, idempotency_key)
    ) PARTITION BY RANGE (created_at)`,
    // An expression, so that only who reads by time uses it: a user's instances are found by the primary key, whatever the planner knows of the table.
    "CREATE INDEX instances_by_time ON instances ((tenant_id || ''), created_at)",
    // For rows whose month was not made in time: `postgres/partitions.ts`.
    'CREATE TABLE instances_default PARTITION OF instances DEFAULT',
    // Written to find out whether anything can be written.
    'CREATE TABLE readiness (id INTEGER NOT NULL PRIMARY KEY, checked_at BIGINT NOT NULL)',
  ],
}
