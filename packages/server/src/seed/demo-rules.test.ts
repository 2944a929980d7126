import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { createTestApp, type TestApp } from '../../test/support/test-app.ts'
import { systemActor } from '../audit/actor.ts'
import { saveRules } from '../rules-document/save-rules.ts'
import { demoRules } from './demo-rules.ts'

const script = join(import.meta.dirname, '../../../../examples/transfer/seed.mjs')
const [seeded, bare] = [await createTestApp(), await createTestApp()]
after(() => Promise.all([seeded.close(), bare.close()]))

async function runExample({ app, tenant: { managementKey } }: TestApp): Promise<void> {
  if (!app.server.listening) await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  const env = { SALLYPORT_API_URL: `http://127.0.0.1:${port}/v1`, SALLYPORT_MANAGEMENT_KEY: managementKey }
  await promisify(execFile)(process.execPath, [script], { env })
}

async function policiesOf({ app, asManagement }: TestApp) {
  const get = async <T>(path: string) => (await app.inject({ url: `/v1/management${path}`, headers: asManagement })).json<T>()
  const actions = await get<{ actionCode: string }[]>('/action-configurations')
  const policies = actions.map(
    async ({ actionCode }) => [actionCode, await get<Policy>(`/action-configurations/${actionCode}/policy`)] as const,
  )
  return new Map(await Promise.all(policies))
}

interface Policy {
  policy: { defaultUserActionResult: string; rules: Rule[] }
  settings: object
}

interface Rule {
  name: string
  description: string
  type: string
  conditions: object
}

test('the example adds nothing to the rules of the demo, and its own rules are among them as they are', async () => {
  const tenant = await seeded.deps.tenants.find(seeded.tenant.tenantId)
  assert.ok(tenant !== undefined)
  await saveRules(seeded.deps, tenant, demoRules, { actor: systemActor('test'), event: 'rules.replaced' })
  const before = await policiesOf(seeded)
  await runExample(seeded)
  assert.deepEqual(await policiesOf(seeded), before)

  await runExample(bare)
  const told = ({ name, description, type, conditions }: Rule) => ({ name, description, type, conditions })
  for (const [actionCode, example] of await policiesOf(bare)) {
    const demo = before.get(actionCode)
    assert.deepEqual(
      [demo?.policy.defaultUserActionResult, demo?.settings],
      [example.policy.defaultUserActionResult, example.settings],
      actionCode,
    )
    const names = example.policy.rules.map(({ name }) => name)
    const same = demo?.policy.rules.filter(({ name }) => names.includes(name))
    assert.deepEqual(same?.map(told), example.policy.rules.map(told), actionCode)
  }
})
