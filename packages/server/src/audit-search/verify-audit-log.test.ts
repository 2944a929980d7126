import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { z } from 'zod'
import { configureAction } from '../../test/support/test-action.ts'
import { createTestApp } from '../../test/support/test-app.ts'
import type { auditVerification } from './verify-audit-log.ts'

const server = await createTestApp()
const { app, deps, asManagement, addTenant, close } = server
after(close)

async function verify(headers = asManagement) {
  const reply = await app.inject({ method: 'GET', url: '/v1/management/audit/verify', headers })
  return { status: reply.statusCode, body: reply.json<z.infer<typeof auditVerification>>() }
}

for (let n = 0; n < 12; n++) await configureAction(server, `action-${n}`, { defaultOutcome: 'ALLOW' })

test('an audit log that is as it was written is whole', async () => {
  const { status, body } = await verify()
  assert.equal(status, 200)
  assert.ok(body.entries >= 12)
  assert.deepEqual([body.isWhole, body.findings, body.moreFindings], [true, [], 0])
  assert.equal(body.sentence, `The audit log is whole: ${body.entries} entries, up to number ${body.sequence}.`)
  assert.match(body.hash, /^[0-9a-f]{64}$/)
})

test('a second verification waits until the first has ended', async () => {
  const both = await Promise.all([verify(), verify()])
  assert.deepEqual(both.map(({ status }) => status).sort(), [200, 429])
  assert.equal((await verify()).status, 200)
})

test('an entry that was changed, and one that is gone, are named', async () => {
  const { tenantId } = server.tenant
  const { db } = deps.store
  await db.updateTable('audit_log').set({ event: 'nothing' }).where('tenant_id', '=', tenantId).where('sequence', '=', 3).execute()
  await db.deleteFrom('audit_log').where('tenant_id', '=', tenantId).where('sequence', '=', 6).execute()
  const { body } = await verify()
  assert.deepEqual([body.isWhole, body.sentence], [false, 'The audit log is not as it was written: 2 findings.'])
  assert.deepEqual(
    body.findings.map((finding) => [finding.kind, finding.sequence]),
    [
      ['changed', 3],
      ['missing', 6],
    ],
  )
})

test('TN-01: only the log of one tenant is verified', async () => {
  const other = await addTenant()
  assert.equal((await verify(other.asManagement)).body.isWhole, true)
})
