import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { migrateSqlite } from './migrate-sqlite.ts'
import { writePlanStatistics } from './plan-statistics.ts'

const ofUser = 'WHERE tenant_id = ? AND user_id = ?'

test('rows of one user are found by the user, not among all rows of the tenant', () => {
  const database = new DatabaseSync(':memory:')
  migrateSqlite(database, 0)
  for (let times = 0; times < 2; times += 1) writePlanStatistics(database)
  const planOf = (sql: string) => String(database.prepare(`EXPLAIN QUERY PLAN ${sql}`).get('a', 'b')?.detail)
  const found = [
    [
      `SELECT * FROM authenticators ${ofUser} AND removed_at IS NULL AND verified_at IS NOT NULL ORDER BY created_at`,
      'authenticators_by_user',
    ],
    [`SELECT * FROM challenges ${ofUser} AND action_code = 'c' AND idempotency_key = 'd'`, 'challenges_by_user'],
    ['SELECT * FROM authenticators WHERE tenant_id = ? AND credential_id = ? AND removed_at IS NULL', 'authenticators_by_credential'],
  ] as const
  for (const [sql, index] of found) assert.match(planOf(sql), new RegExp(`USING INDEX ${index} \\(tenant_id=\\? AND \\w+=\\?\\)`), sql)
  const byKey = 'SELECT * FROM authenticators WHERE tenant_id = ? AND user_authenticator_id = ?'
  assert.match(planOf(byKey), /USING PRIMARY KEY \(tenant_id=\? AND user_authenticator_id=\?\)/)
  const expired = 'SELECT * FROM challenges WHERE expires_at < ? AND consumed_at IS NOT ? ORDER BY expires_at LIMIT 500'
  assert.match(planOf(expired), /USING INDEX challenges_by_expiry/)
})
