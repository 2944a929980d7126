import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { configureAction } from '../../test/support/test-action.ts'
import { createTestApp, type TestApp } from '../../test/support/test-app.ts'
import { createCeremonies } from '../../test/support/test-ceremony.ts'
import { noteBackup } from '../storage/last-backup.ts'

const now = Date.UTC(2026, 10, 28, 12)
let server: TestApp
before(async () => {
  server = await createTestApp({ clock: () => now })
})
after(() => server.close())

async function metrics(): Promise<string> {
  return (await server.app.inject({ url: '/metrics' })).body
}

async function readSeries(series: string): Promise<number> {
  const line = (await metrics()).split('\n').find((each) => each.startsWith(`${series} `))
  return line === undefined ? 0 : Number(line.slice(series.length + 1))
}

function challenges(): Promise<number[]> {
  return Promise.all(['asked', 'passed', 'failed'].map((event) => readSeries(`sallyport_challenges_total{event="${event}"}`)))
}

test('D6: no metric is NaN, and an absent data set is not usable', async () => {
  const body = await metrics()
  assert.doesNotMatch(body, /NaN/)
  assert.match(body, /sallyport_ip_data_set_usable\{data_set="proxy",kind="proxy"\} 0\n/)
  assert.match(body, /sallyport_ip_data_set_usable\{data_set="country",kind="country"\} 1\n/)
  assert.doesNotMatch(body, /age_days\{data_set="proxy"/)
})

test('D6: readiness is degraded while a data set is absent, and says which facts and what to do', async () => {
  const reply = await server.app.inject({ url: '/readyz' })
  assert.equal(reply.statusCode, 200)
  const { status, degraded } = reply.json()
  assert.equal(status, 'degraded')
  const proxy = degraded.find(({ dataSet }: { dataSet: string }) => dataSet === 'proxy')
  assert.deepEqual(proxy, { dataSet: 'proxy', state: 'absent', facts: ['isProxy'], remedy: 'sallyport ip update' })
  assert.ok(degraded.every(({ state }: { state: string }) => state !== 'current'))
})

test('D6: the age of the last backup is a metric, and absent while there is none', async () => {
  assert.doesNotMatch(await metrics(), /^sallyport_backup_age_seconds/m)
  noteBackup(server.deps.config.dataDir, now - 90_000)
  assert.equal(await readSeries('sallyport_backup_age_seconds{made_by="sallyport"}'), 90)
})

test('how far the search over events is behind is a metric, and does not make the server unready', async () => {
  await server.deps.store.foldReadSide()
  assert.match(await metrics(), /^sallyport_read_side_lag_seconds\{of="events"\} 0$/m)
  assert.equal((await server.app.inject({ url: '/readyz' })).statusCode, 200)
})

test('D6: challenges are counted when they are asked for, passed and failed, and refusals by reason', async () => {
  await configureAction(server, 'pay', { defaultOutcome: 'CHALLENGE' })
  const { enrol, track, signIn } = createCeremonies(server)
  const { authenticator } = await enrol('ada')
  const before = await challenges()
  const { token } = await track('ada', 'pay')
  assert.equal((await signIn(token, authenticator, { origin: 'https://evil.example' })).status, 400)
  assert.equal((await signIn(token, authenticator)).status, 200)
  const afterwards = await challenges()
  assert.deepEqual(
    afterwards.map((value, place) => value - (before[place] ?? 0)),
    [1, 1, 1],
  )
  assert.match(await metrics(), /sallyport_authenticator_refusals_total\{method="PASSKEY",ceremony="authentication",reason="[a-z_]+"\} 1\n/)
})
