import pg from 'pg'
import { parseDatabaseUrl } from './database-url.ts'
import { ConnectionError } from './postgres-errors.ts'

/**
 * The database URL with `pgbouncer=true` or `false` in it. When it says neither, one connection is made to find out: a pooler names another
 * process than the one that answers. Throws `ConnectionError`.
 */
export async function findPooler(databaseUrl: string): Promise<string> {
  parseDatabaseUrl(databaseUrl)
  const url = new URL(databaseUrl)
  if (url.searchParams.has('pgbouncer')) return databaseUrl
  url.searchParams.set('pgbouncer', 'true')
  const client = new pg.Client({
    connectionString: parseDatabaseUrl(url.href).connectionString,
    connectionTimeoutMillis: 3000,
    query_timeout: 5000,
  })
  // A connection that breaks is told by the query.
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    const named = 'processID' in client ? client.processID : undefined
    url.searchParams.set('pgbouncer', String(named !== rows[0]?.pid))
  } catch (error) {
    throw new ConnectionError(error)
  } finally {
    await client.end().catch(() => undefined)
  }
  return url.href
}
