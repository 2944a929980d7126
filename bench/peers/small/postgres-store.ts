import { readFileSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import { postgresCpu } from '../../postgres-cpu.ts'
import { type DecisionStore, mostRemembered, toProfile } from './decision-store.ts'

const schema = readFileSync(path.join(import.meta.dirname, 'see-action.sql'), 'utf8')
const see = {
  name: 'see_action',
  text: 'SELECT see_action($1, $2, $3, $4, $5, $6, $7, $8) AS profile',
}
const fill = 'INSERT INTO seen SELECT $1, $2, value, $3 - n FROM unnest($4::text[]) WITH ORDINALITY AS v (value, n)'

/** One call of a function for each decision, each a commit of its own, on a pool of connections. */
export async function openPostgresStore(databaseUrl: string): Promise<DecisionStore> {
  // More connections wait for each other on two cores; fewer share fewer flushes.
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 33 })
  if ((await pool.query("SELECT to_regclass('events') AS found")).rows[0]?.found === null) await pool.query(schema)
  // Open to the end: the server is found by the process of this connection.
  const watched = await pool.connect()
  const { rows } = await watched.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  const pid = rows[0]?.pid ?? 0
  return {
    async see({ userId, action, idempotencyKey, deviceId, ipAddress, at, request }) {
      const values = [userId, action, idempotencyKey, deviceId, ipAddress, at, request, mostRemembered]
      const result = await pool.query<{ profile: number[] }>({ ...see, values })
      return toProfile(result.rows[0]?.profile ?? [])
    },
    async fill(profiles) {
      const at = Date.now()
      for (const { userId, devices, addresses } of profiles) {
        await Promise.all([pool.query(fill, [userId, 1, at, devices]), pool.query(fill, [userId, 2, at, addresses])])
      }
      await pool.query('VACUUM ANALYZE')
    },
    // The tests crash that server themselves.
    kill: () => undefined,
    usage: () => ({ cpu: postgresCpu(pid), rss: 0 }),
    async close() {
      watched.release()
      await pool.end()
    },
  }
}
