import type { Migration } from './migration.ts'

const key = 'tenant_id, bucket, at, state'

const add = `INSERT INTO event_state_roll_ups AS t (${key}, events)
    SELECT ${key}, sum(events)::int8 FROM added GROUP BY ${key} ORDER BY ${key}
    ON CONFLICT (${key}) DO UPDATE SET events = t.events + excluded.events;`

const takeBack = `UPDATE event_state_roll_ups AS t SET events = t.events - r.events
      FROM (SELECT ${key}, sum(events)::int8 AS events FROM removed GROUP BY ${key}) AS r
      WHERE (t.tenant_id, t.bucket, t.at, t.state) = (r.tenant_id, r.bucket, r.at, r.state);
    DELETE FROM event_state_roll_ups AS t USING removed AS r
      WHERE (t.tenant_id, t.bucket, t.at, t.state) = (r.tenant_id, r.bucket, r.at, r.state) AND t.events = 0;`

/** Both kinds of a statement that inserts or updates pull their own trigger, each with its own rows. */
const countAfter = (event: 'INSERT' | 'UPDATE' | 'DELETE', tables: string, work: string) => [
  `CREATE FUNCTION note_states_after_${event.toLowerCase()}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    ${work}
    RETURN NULL;
  END $$`,
  `CREATE TRIGGER note_states_after_${event.toLowerCase()} AFTER ${event} ON event_roll_ups REFERENCING ${tables}
    FOR EACH STATEMENT EXECUTE FUNCTION note_states_after_${event.toLowerCase()}()`,
]

/**
 * Counts by state alone, for the overview by hour: one row where `event_roll_ups` has a hundred. Triggers keep them, so that a process of an earlier release
 * does so too, and whatever removes counts removes these.
 */
export const stateCounts: Migration = {
  number: 21,
  name: 'state-counts',
  portable: [],
  sqlite: [],
  postgres: [
    `CREATE TABLE event_state_roll_ups (
      tenant_id TEXT NOT NULL,
      bucket TEXT NOT NULL,
      at BIGINT NOT NULL,
      state TEXT NOT NULL,
      events BIGINT NOT NULL,
      PRIMARY KEY (${key})
    ) WITH (fillfactor = 75, autovacuum_vacuum_scale_factor = 0.05)`,
    // Before the rows are copied: from here on nobody else changes the counts until this is committed.
    ...countAfter('INSERT', 'NEW TABLE AS added', add),
    ...countAfter('UPDATE', 'OLD TABLE AS removed NEW TABLE AS added', `${add}\n    ${takeBack}`),
    ...countAfter('DELETE', 'OLD TABLE AS removed', takeBack),
    `INSERT INTO event_state_roll_ups (${key}, events) SELECT ${key}, sum(events) FROM event_roll_ups GROUP BY ${key}`,
  ],
}
