import type { Migration } from './migration.ts'

/** One table of counts for both buckets. Texts that are not known are empty: a primary key has no NULL. */
const rollUps = (name: string, parts: readonly string[]) => `CREATE TABLE ${name} (
      tenant_id TEXT NOT NULL,
      bucket TEXT NOT NULL,
      at BIGINT NOT NULL,
      ${parts.map((part) => `${part} TEXT NOT NULL,`).join('\n      ')}
      events BIGINT NOT NULL,
      PRIMARY KEY (tenant_id, bucket, at, ${parts.join(', ')})
    ) WITH (fillfactor = 75, autovacuum_vacuum_scale_factor = 0.05)`

/** Writes down which instances changed, one row for each statement and tenant. */
const noteAfter = (event: 'INSERT' | 'UPDATE' | 'DELETE', table: string, name: string) =>
  `CREATE TRIGGER ${name} AFTER ${event} ON ${table} REFERENCING ${event === 'DELETE' ? 'OLD' : 'NEW'} TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_instance_changes()`

/**
 * The read side of PostgreSQL: `postgres/fold-instances.ts` folds the instances that `instance_changes` names into the rest. Triggers write it, so that a
 * process of an earlier release does so too, and no way of writing an instance is forgotten.
 */
export const eventIndex: Migration = {
  number: 17,
  name: 'event-index',
  portable: [],
  sqlite: [],
  postgres: [
    // Rows come and go all the time. What a batch of decisions writes stays in one page.
    `CREATE TABLE instance_changes (
      tenant_id TEXT NOT NULL,
      user_ids text[] NOT NULL,
      created_ats int8[] NOT NULL,
      actions text[] NOT NULL,
      idempotency_keys text[] NOT NULL,
      noted_at BIGINT NOT NULL
    ) WITH (toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0)`,
    `CREATE FUNCTION note_instance_changes() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO instance_changes
          SELECT tenant_id, array_agg(user_id), array_agg(created_at), array_agg(action), array_agg(idempotency_key),
            (extract(epoch FROM clock_timestamp()) * 1000)::int8
          FROM changed GROUP BY tenant_id;
        RETURN NULL;
      END $$`,
    noteAfter('INSERT', 'instances', 'note_inserted'),
    noteAfter('UPDATE', 'instances', 'note_updated'),
    noteAfter('DELETE', 'instances', 'note_deleted'),
    // A statement that names the partition does not pull the triggers of the table.
    noteAfter('DELETE', 'instances_default', 'note_deleted'),
    // One entry of an instance: what it is found by, and what it was counted as.
    `CREATE TABLE event_index (
      tenant_id TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      user_id TEXT NOT NULL,
      action TEXT NOT NULL,
      idempotency_key TEXT NOT NULL,
      state SMALLINT NOT NULL,
      outcome SMALLINT NOT NULL,
      is_disputed SMALLINT NOT NULL,
      label TEXT,
      country TEXT,
      address TEXT,
      device_id TEXT,
      rule_ids text[],
      undetermined_rule_ids text[],
      shadow_rule_ids text[],
      words tsvector NOT NULL
    ) PARTITION BY RANGE (created_at)`,
    // An expression, so that no other search takes this index, whatever the planner knows of the table.
    "CREATE INDEX event_index_by_time ON event_index ((tenant_id || ''), created_at, user_id)",
    'CREATE INDEX event_index_by_address ON event_index (tenant_id, address, created_at) WHERE address IS NOT NULL',
    'CREATE INDEX event_index_by_device ON event_index (tenant_id, device_id, created_at) WHERE device_id IS NOT NULL',
    'CREATE INDEX event_index_by_state ON event_index (tenant_id, state, created_at) WHERE state <> 0',
    'CREATE INDEX event_index_by_label ON event_index (tenant_id, label, created_at) WHERE label IS NOT NULL',
    'CREATE INDEX event_index_disputed ON event_index (tenant_id, created_at) WHERE is_disputed = 1',
    // Every word begins with the number of its tenant.
    'CREATE INDEX event_index_by_word ON event_index USING gin (words) WITH (gin_pending_list_limit = 1024)',
    'CREATE TABLE event_index_default PARTITION OF event_index DEFAULT',
    rollUps('event_roll_ups', ['action', 'outcome', 'state', 'rule_id', 'country', 'label']),
    rollUps('event_rule_roll_ups', ['action', 'rule_id', 'part', 'state', 'label']),
    // Its one row is the lock of who folds, and says how far the instances from before this step are folded.
    'CREATE TABLE read_side (id INTEGER NOT NULL PRIMARY KEY, place TEXT NOT NULL)',
  ],
}
