import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { runSallyport } from '../../test/support/run-sallyport.ts'
import { createTestApp } from '../../test/support/test-app.ts'
import type { UserProfile } from '../users/profile-json.ts'
import { profileLines } from './users-profile.ts'

const server = await createTestApp()
const { app, tenant, asServer, close } = server
const url = await app.listen({ port: 0, host: '127.0.0.1' })
after(close)
const env = { SALLYPORT_API_URL: url, SALLYPORT_MANAGEMENT_KEY: tenant.managementKey }

test('`users profile` prints what is usual for a user, as JSON in a pipe, with texts made harmless for a terminal', async () => {
  const payload = { ipAddress: '185.18.69.201', deviceId: '\u001b[2Jphone' }
  const tracked = await app.inject({ method: 'POST', url: '/v1/users/ann%2F1/actions/login', headers: asServer, payload })
  assert.equal(tracked.statusCode, 200, tracked.body)
  const { code, out, err } = await runSallyport(['users', 'profile', 'ann/1'], { env })
  assert.equal(code, 0, err)
  const profile: UserProfile = JSON.parse(out)
  assert.deepEqual([profile.userId, profile.addresses[0]?.address], ['ann/1', '185.18.69.201'])
  const lines = profileLines(profile)
  assert.equal(lines[0], profile.sentence)
  assert.match(lines[1] ?? '', /^address {3}185\.18\.69\.201 {2}Known from the first days of the account: 1 action/)
  assert.match(lines.join('\n'), /^countries PL \(1\)$/m)
  assert.ok(!lines.join('').includes('\u001b'))
})
