import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { configureAction } from '../../test/support/test-action.ts'
import { createTestApp } from '../../test/support/test-app.ts'
import { createOperations } from '../app/operations.ts'
import { createUnlearnings } from '../unlearning/run-unlearnings.ts'

// Runs every command of docs/reviews-and-disputes.md in order: a `console` block holds commands after `$`, each with what it prints (first what it says of
// problems), `…` standing for anything. A `csv` block is a file of the name behind it.

let now = Date.UTC(2026, 10, 1)
const server = await createTestApp({ clock: () => now })
const { app, deps, asServer, asManagement, tenant, close } = server
const directory = mkdtempSync(join(tmpdir(), 'sallyport-guide-'))
const unlearnings = createUnlearnings({ ...deps, pauseMs: 0 })
let background: NodeJS.Timeout | undefined
after(async () => {
  clearInterval(background)
  await unlearnings.stop()
  await close()
  rmSync(directory, { recursive: true })
})

const env: Record<string, string> = {}
const home = { ipAddress: '118.92.10.1', deviceId: 'phone-1' }

async function track(userId: string, idempotencyKey: string, at: string, amount: number, place: object = home) {
  now = Date.parse(at)
  const payload = { idempotencyKey, custom: { amount }, ...place }
  const reply = await app.inject({ method: 'POST', url: `/v1/users/${userId}/actions/transfer`, headers: asServer, payload })
  assert.equal(reply.statusCode, 200, reply.body)
}

before(async () => {
  const point = { name: 'amount', dataType: 'number', modelType: 'action' }
  await app.inject({ method: 'POST', url: '/v1/management/custom-data-points', headers: asManagement, payload: point })
  const conditions = { '>': [{ var: 'custom.amount' }, 5000] }
  await configureAction(server, 'transfer', {
    defaultOutcome: 'ALLOW',
    rules: [{ ruleId: 'large', name: 'Large transfer', outcome: 'REVIEW', conditions }],
  })
  await track('eve', 't-3001', '2026-11-03T12:00:00Z', 120)
  await track('fay', 't-3002', '2026-11-04T18:00:00Z', 80)
  await track('gil', 't-3003', '2026-11-05T12:00:00Z', 35.5)
  await track('gil', 't-3004', '2026-11-05T12:30:00Z', 35.5)
  await track('hal', 't-3005', '2026-11-06T12:00:00Z', 20)
  await track('ann', 't-1041', '2026-11-29T08:00:00Z', 50)
  await track('ann', 't-1042', '2026-11-29T23:00:00Z', 900, { ipAddress: '84.112.1.77', deviceId: 'phone-9' })
  await track('ida', 't-4001', '2026-11-24T09:00:00Z', 70, { ipAddress: '84.112.2.9', deviceId: 'laptop-x' })
  await track('jon', 't-4002', '2026-11-25T09:00:00Z', 80, { ipAddress: '84.112.2.10', deviceId: 'laptop-x' })
  await track('ida', 't-4003', '2026-11-26T09:00:00Z', 60)
  await track('ben', 't-2001', '2026-11-30T01:00:00Z', 9000)
  await track('cat', 't-2002', '2026-11-30T02:00:00Z', 8000)
  await track('dan', 't-2003', '2026-11-30T03:00:00Z', 7000)
  now = Date.parse('2026-11-30T08:00:00Z')
  await deps.store.foldReadSide()
  background = setInterval(() => void unlearnings.runDue(), 100)

  const operations = createOperations({ ...deps, cipher: server.cipher })
  const [ana, bo] = await Promise.all(
    ['Ana', 'Bo'].map((name) => operations.createKey({ tenantId: tenant.tenantId, kind: 'management', role: 'analyst', name })),
  )
  if (typeof ana !== 'object' || typeof bo !== 'object') return assert.fail()
  Object.assign(env, {
    PATH: `${directory}:${process.env.PATH}`,
    SALLYPORT_API_URL: await app.listen({ port: 0, host: '127.0.0.1' }),
    SALLYPORT_MANAGEMENT_KEY: ana.key,
    BO_KEY: bo.key,
  })
  const command = join(directory, 'sallyport')
  writeFileSync(command, `#!/bin/sh\nexec "${process.execPath}" "${join(import.meta.dirname, '../cli/main.js')}" "$@"\n`)
  chmodSync(command, 0o755)
})

for (const { line, command, printed } of commandsOf(
  readFileSync(join(import.meta.dirname, '../../../../docs/reviews-and-disputes.md'), 'utf8'),
)) {
  test(`the command in line ${line} of the guide prints what it says: ${command}`, async () => {
    const text = await run(command)
    assert.match(text, new RegExp(`^${printed.split('…').map(escaped).join('[^\\n]*')}$`), text)
  })
}

function run(command: string): Promise<string> {
  return new Promise((resolve) => {
    execFile('sh', ['-c', command], { env, cwd: directory }, (_, out, err) => resolve(err + out.replaceAll('\r', '')))
  })
}

function commandsOf(guide: string): { line: number; command: string; printed: string }[] {
  const commands: { line: number; command: string; printed: string }[] = []
  for (const { index, 1: kind, 2: name = '', 3: text = '' } of guide.matchAll(/^```(console|csv) ?(\S*)\n([\s\S]*?)^```$/gm)) {
    if (kind === 'csv') writeFileSync(join(directory, name), text)
    else {
      const first = guide.slice(0, index).split('\n').length + 1
      for (const [offset, line] of text.trimEnd().split('\n').entries()) {
        const last = commands.at(-1)
        if (line.startsWith('$ ')) commands.push({ line: first + offset, command: line.slice(2), printed: '' })
        else if (last !== undefined) last.printed += `${line}\n`
      }
    }
  }
  assert.ok(commands.length > 12)
  return commands
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
