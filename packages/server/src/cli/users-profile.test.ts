import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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

test('`users import-history` teaches profiles from CSV and from JSON lines, tells each line that it refuses, and may be run again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-history-'))
  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString()
  const csv = join(folder, 'history.csv')
  writeFileSync(
    csv,
    [
      'user_id,time,ip_address,device_id,verification_method',
      `bea,${daysAgo(2)},185.18.69.201,phone,PASSKEY`,
      `bea,${daysAgo(9)},185.18.69.201,phone,`,
      'bea,soon,185.18.69.201,phone,',
      `cal,${daysAgo(1)},185.18.69.202,laptop,`,
      `,${daysAgo(1)},185.18.69.202,laptop,`,
    ].join('\n'),
  )
  const first = await runSallyport(['users', 'import-history', csv], { env })
  assert.deepEqual([first.code, first.out], [1, '3 event(s) of 2 user(s) taught profiles, 0 already known, 2 refused.\n'])
  assert.match(first.err, /^line 6: names no `userId`\nline 4: `time` is not a time/)
  const lines = join(folder, 'history.jsonl')
  const event = { userId: 'cal', time: daysAgo(0.5), ipAddress: '185.18.69.202', deviceId: null }
  writeFileSync(lines, `${JSON.stringify(event)}\n\n{"userId":"cal","when":"now"}\nnonsense\n`)
  const second = await runSallyport(['users', 'import-history', lines], { env })
  assert.deepEqual([second.code, second.out], [1, '1 event(s) of 1 user(s) taught profiles, 0 already known, 2 refused.\n'])
  assert.equal(second.err, 'line 3: has an unknown member `when`\nline 4: is not JSON\n')
  const again = await runSallyport(['users', 'import-history', csv, '--dry-run'], { env })
  assert.equal(again.out, '0 event(s) of 2 user(s) would teach profiles, 3 already known, 2 refused.\n')
  rmSync(folder, { recursive: true })
})
