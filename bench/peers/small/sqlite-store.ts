import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { actionWindows, type DecisionStore, dayMs, hourMs, mostRemembered, type SeenAction, toProfile } from './decision-store.ts'

interface UserRow {
  first_at: number
  [name: string]: number
}

/** One transaction for each decision, on disk at its commit. */
export function openSqliteStore(folder: string): DecisionStore {
  const database = new DatabaseSync(path.join(folder, 'small.db'))
  database.exec(`
    PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -131072; PRAGMA temp_store = MEMORY;
    CREATE TABLE IF NOT EXISTS users (user_id TEXT PRIMARY KEY, first_at INT, w1 INT, n1 INT, w2 INT, n2 INT, w3 INT, n3 INT) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS seen (user_id TEXT, kind INT, value TEXT, at INT, PRIMARY KEY (user_id, kind, value)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS events (
      user_id TEXT, action TEXT, idempotency_key TEXT, request TEXT, profile TEXT, PRIMARY KEY (user_id, action, idempotency_key)) WITHOUT ROWID`)
  const [begin, commit, rollback] = ['BEGIN IMMEDIATE', 'COMMIT', 'ROLLBACK'].map((text) => database.prepare(text))
  const findEvent = database.prepare('SELECT profile FROM events WHERE user_id = ? AND action = ? AND idempotency_key = ?')
  const addEvent = database.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?)')
  const findUser = database.prepare('SELECT * FROM users WHERE user_id = ?')
  const putUser = database.prepare('INSERT OR REPLACE INTO users VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
  const touch = database.prepare('UPDATE seen SET at = ? WHERE user_id = ? AND kind = ? AND value = ?')
  const remember = database.prepare('INSERT INTO seen VALUES (?, ?, ?, ?)')
  const count = database.prepare(
    'SELECT sum(at >= ?) AS hour, sum(at >= ?) AS day, count(*) AS every FROM seen WHERE user_id = ? AND kind = ?',
  )
  const forget = database.prepare(
    `DELETE FROM seen WHERE user_id = ? AND kind = ? AND value IN (SELECT value FROM seen WHERE user_id = ? AND kind = ? ORDER BY at LIMIT ?)`,
  )

  function seeOne(userId: string, kind: number, value: string, at: number): { isNew: number; hour: number; day: number } {
    const isNew = touch.run(at, userId, kind, value).changes === 0
    if (isNew) remember.run(userId, kind, value, at)
    const { hour, day, every } = count.get(at - hourMs, at - dayMs, userId, kind) as Record<'hour' | 'day' | 'every', number>
    if (isNew && every > mostRemembered) forget.run(userId, kind, userId, kind, every - mostRemembered)
    return { isNew: Number(isNew), hour, day }
  }

  function seeAction({ userId, action, idempotencyKey, deviceId, ipAddress, at, request }: SeenAction): number[] {
    const known = findEvent.get(userId, action, idempotencyKey) as { profile: string } | undefined
    if (known !== undefined) return known.profile.split(',').map(Number)
    const user = findUser.get(userId) as UserRow | undefined
    const first = user?.first_at ?? at
    const windows = actionWindows.map((span, index) => {
      const window = Math.floor(at / span)
      return { window, count: user?.[`w${index + 1}`] === window ? (user[`n${index + 1}`] ?? 0) + 1 : 1 }
    })
    putUser.run(userId, first, ...windows.flatMap(({ window, count }) => [window, count]))
    const device = seeOne(userId, 1, deviceId, at)
    const address = seeOne(userId, 2, ipAddress, at)
    const counts = windows.map(({ count }) => count)
    const days = Math.floor((at - first) / dayMs)
    const profile = [device.isNew, address.isNew, days, ...counts, device.hour, device.day, address.hour, address.day]
    addEvent.run(userId, action, idempotencyKey, request, profile.join(','))
    return profile
  }

  function inTransaction<T>(work: () => T): T {
    begin?.run()
    try {
      const result = work()
      commit?.run()
      return result
    } catch (error) {
      rollback?.run()
      throw error
    }
  }

  return {
    see: async (action) => toProfile(inTransaction(() => seeAction(action))),
    async fill(profiles) {
      const at = Date.now()
      inTransaction(() => {
        for (const { userId, devices, addresses } of profiles) {
          for (const [n, device] of devices.entries()) remember.run(userId, 1, device, at - n)
          for (const [n, address] of addresses.entries()) remember.run(userId, 2, address, at - n)
        }
      })
    },
    kill: () => undefined,
    usage: () => ({ cpu: 0, rss: 0 }),
    close: async () => database.close(),
  }
}
