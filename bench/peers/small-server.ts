import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fullProfileOf } from '../bank-events.ts'
import { announce } from './announce.ts'
import { openPostgresStore } from './small/postgres-store.ts'
import { openRedisStore } from './small/redis-store.ts'
import { createSmallApp } from './small/small-app.ts'
import { openSqliteStore } from './small/sqlite-store.ts'

// What one would build instead: `redis`, `sqlite`, or `postgres` with the URL of an empty database. A second argument of `redis` and `sqlite` is a folder to keep.

const [kind, given] = process.argv.slice(2)
/** Fixed by tests, so that no window ends between two requests. */
const clock = process.env.BENCH_NOW === undefined ? Date.now : () => Number(process.env.BENCH_NOW)
const nextAction = { action: 'transfer', idempotencyKey: 'next', deviceId: 'phone', ipAddress: '118.1.2.3', request: '{}' }
const kept = kind === 'postgres' ? undefined : given
const folder = kept ?? mkdtempSync(path.join(tmpdir(), 'small-server-'))
const store = await open()
const app = createSmallApp(store, process.env.BENCH_SECRET_KEY ?? '', clock)
const url = await app.listen({ port: 0, host: '127.0.0.1' })

announce(
  Number(new URL(url).port),
  async () => {
    await app.close()
    await store.close()
    if (kept === undefined) rmSync(folder, { recursive: true, force: true })
  },
  {
    async fill({ users }) {
      await store.fill(Array.from({ length: Number(users) }, (_, user) => fullProfileOf(user)))
      return {}
    },
    storeUsage: () => store.usage(),
    /** What the profile of a user says about one more action. */
    profileAfter: async ({ userId }) => ({ profile: await store.see({ ...nextAction, userId: String(userId), at: clock() }) }),
    killStore() {
      store.kill()
      return {}
    },
  },
)

function open() {
  if (kind === 'redis') return openRedisStore(folder)
  if (kind === 'postgres') return openPostgresStore(given ?? '')
  if (kind === 'sqlite') return openSqliteStore(folder)
  throw new Error('small-server.ts redis | sqlite | postgres <url>')
}
