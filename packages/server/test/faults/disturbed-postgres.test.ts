import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import pg from 'pg'
import { openPostgresStore } from '../../src/storage/postgres/open-postgres-store.ts'
import { openTestPostgres } from '../support/test-postgres.ts'
import { createCuttingProxy } from './cutting-proxy.ts'
import { type Disturbance, runDisturbed } from './run-disturbed.ts'

// A given server cannot be crashed.
const isOwn = (process.env.SALLYPORT_TEST_DATABASE_URL ?? process.env.DATABASE_URL ?? '') === ''
const postgres = isOwn ? await openTestPostgres({ isDurable: true }) : 'the PostgreSQL that was given is not stopped by tests'
const skip = typeof postgres === 'string' ? postgres : false

test('RE-04, I1 to I9: whatever happens to PostgreSQL and on the way there costs 503s, nothing acknowledged, and no restart', {
  skip,
}, async (t) => {
  if (typeof postgres === 'string') return
  t.after(() => postgres.close())
  const ofAdmin = await postgres.createDatabase()
  const asAdmin = async (...statements: string[]) => {
    const client = new pg.Client({ connectionString: ofAdmin })
    await client.connect()
    try {
      for (const statement of statements) await client.query(statement)
    } finally {
      await client.end()
    }
  }
  const database = new URL(ofAdmin).pathname.slice(1)
  const password = randomBytes(12).toString('hex')
  await asAdmin(
    `CREATE ROLE app LOGIN PASSWORD '${password}'`,
    `ALTER DATABASE ${database} OWNER TO app`,
    'ALTER SCHEMA public OWNER TO app',
  )
  const url = new URL(ofAdmin)
  const proxy = await createCuttingProxy({ host: url.hostname, port: Number(url.port) })
  t.after(() => proxy.close())
  url.username = 'app'
  url.password = password
  url.port = String(proxy.port)

  const terminate = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app'"
  const repair = async () => proxy.repair()
  const cutWhen = (title: string, ...[said, when]: [string, 'unheard' | 'unanswered']): Disturbance => ({
    title,
    isBrief: true,
    async begin() {
      const before = proxy.cuts()
      proxy.cutWhen(said, 10, when)
      return async () => {
        proxy.repair()
        assert.ok(proxy.cuts() > before, `${title}: there was none`)
      }
    },
  })
  const disturbances: Disturbance[] = [
    {
      title: 'backends that are terminated',
      isBrief: true,
      async begin() {
        for (let n = 0; n < 5; n++) await asAdmin(terminate, terminate, terminate)
        return async () => undefined
      },
    },
    cutWhen('commits that never arrive', 'COMMIT\0', 'unheard'),
    cutWhen('commits whose answer is lost', 'COMMIT\0', 'unanswered'),
    cutWhen('decisions whose answer is lost', 'write_changes', 'unanswered'),
    {
      title: 'a network that is down',
      async begin() {
        proxy.down()
        return repair
      },
    },
    {
      title: 'a fail-over to a replica that is not promoted yet',
      async begin() {
        await asAdmin(`ALTER DATABASE ${database} SET default_transaction_read_only = on`, terminate)
        return () => asAdmin(`SET default_transaction_read_only = off`, `ALTER DATABASE ${database} RESET default_transaction_read_only`)
      },
    },
    {
      title: 'a database that has no connection left',
      async begin() {
        await asAdmin('ALTER ROLE app CONNECTION LIMIT 0', terminate)
        return () => asAdmin('ALTER ROLE app CONNECTION LIMIT -1')
      },
    },
    {
      title: 'a table that somebody has locked',
      isSlow: true,
      async begin() {
        const client = new pg.Client({ connectionString: ofAdmin })
        await client.connect()
        await client.query('BEGIN')
        await client.query('LOCK TABLE entities')
        return () => client.end()
      },
    },
    {
      title: 'a network that lets nothing through',
      isSlow: true,
      async begin() {
        proxy.stall()
        return repair
      },
    },
    {
      title: 'a crash',
      async begin() {
        await postgres.crash()
        return () => postgres.start()
      },
    },
  ]
  const databaseUrl = url.href
  await runDisturbed(t, {
    env: { SALLYPORT_DATABASE_URL: databaseUrl, SALLYPORT_MASTER_KEY: randomBytes(32).toString('hex') },
    disturbances,
    openStore: () => openPostgresStore({ databaseUrl, clock: Date.now }),
  })
})
