import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createTestApp } from '../../test/support/test-app.ts'

const { app, deps, tenant, asServer, close } = await createTestApp()
after(close)

const users = 10
const batch = 100

function track(n: number) {
  const payload = JSON.stringify({
    ipAddress: `198.51.${n % 200}.${n % 250}`,
    deviceId: `device-${n % 97}`,
    userAgent: `Mozilla/5.0 (X11; Linux x86_64) Chrome/${100 + (n % 40)}`,
  })
  const headers = { ...asServer, 'content-type': 'application/json' }
  return app.inject({ method: 'POST', url: `/v1/users/user-${n % users}/actions/login`, headers, payload })
}

/** The quickest of several batches: what is slow because of others is not counted. No more are sent once one was quick enough. */
async function quickestBatch(from: number, batches: number, enough = 0): Promise<number> {
  let quickest = Number.POSITIVE_INFINITY
  for (let at = from; at < from + batches * batch && quickest > enough; at += batch) {
    const startedAt = performance.now()
    const replies = await Promise.all(Array.from({ length: batch }, (_, index) => track(at + index)))
    assert.ok(replies.every(({ statusCode }) => statusCode === 200))
    quickest = Math.min(quickest, performance.now() - startedAt)
  }
  return quickest
}

async function sizeOfProfile(): Promise<number> {
  const snapshot = await deps.store.loadSnapshot(tenant.tenantId, 'user-1', [{ kind: 'user', key: 'user-1' }])
  return JSON.stringify(snapshot).length
}

test('RE-09: a user with ten times the history is decided on as quickly, and what is remembered of them is no larger', async () => {
  await quickestBatch(0, 3)
  const early = await quickestBatch(3 * batch, 3)
  await quickestBatch(6 * batch, 9)
  const half = await sizeOfProfile()
  await quickestBatch(15 * batch, 12)
  const late = await quickestBatch(27 * batch, 30, early * 2)
  assert.ok(late < early * 3, `${batch} decisions took ${late} ms after ${early} ms at the start`)
  assert.ok((await sizeOfProfile()) < half * 1.5)
})
