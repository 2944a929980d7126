import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { Authsignal } from '@authsignal/node'
import * as jose from 'jose'
import { createTestApp } from '../../test/support/test-app.ts'
import { createCeremonies } from '../../test/support/test-ceremony.ts'
import { passChallenge } from '../../test/support/test-challenge.ts'

// Runs docs/sessions.md from top to bottom: its commands, each with what it prints, `…` standing for anything, and its scripts as one program. The public
// URL of the guide stands for that of the server under test.

const guide = readFileSync(join(import.meta.dirname, '../../../../docs/sessions.md'), 'utf8')
const blocks = (kind: string) => [...guide.matchAll(new RegExp(`^\`\`\`${kind}\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, text = '']) => text)
const run = promisify(execFile)

test('every command and every script of the guide to sessions does what it says', async (t) => {
  const app = await createTestApp()
  t.after(() => app.close())
  const { tenantId, secretKey, managementKey } = app.tenant
  const url = await app.app.listen({ port: 0, host: '127.0.0.1' })
  Object.assign(app.deps.config, { publicUrl: url })
  const here = (text: string) => text.replaceAll('https://mfa.example.com', url)

  let clientId: string | undefined
  for (const block of blocks('console')) {
    const [command = '', ...printed] = block.trimEnd().split('\n')
    const { stdout } = await run('sh', ['-c', here(command.replace('$ ', ''))], { env: { ...process.env, MANAGEMENT_KEY: managementKey } })
    assert.match(stdout, new RegExp(`^${printed.join('\n').split('…').map(escaped).join('.*')}$`))
    clientId ??= JSON.parse(stdout).clientId
  }

  const client = createCeremonies(app)
  const { idempotencyKey } = await client.track('ann', 'sign-in', {}, 'CHALLENGE_REQUIRED')
  const token = await passChallenge(app, { tenantId, userId: 'ann', action: 'sign-in', idempotencyKey })
  // The token is verified with the access token before it is refreshed.
  const scripts = blocks('js').map((text) => here(text.replaceAll(/^import .*$/gm, '')))
  assert.ok(scripts.length >= 5)
  const [open = '', validate = '', refresh = '', end = '', verify = ''] = scripts
  const program = [open, validate, verify, refresh, end, 'return { user, expiresAt, verificationMethod, payload, next }'].join('\n')
  const given = { Authsignal, ...jose, process: { env: { SECRET_KEY: secretKey } }, tenantId, clientId, token }
  const AsyncFunction = (async () => {}).constructor as new (
    ...texts: string[]
  ) => (...values: unknown[]) => Promise<Record<string, unknown>>
  const { user, payload, verificationMethod } = await new AsyncFunction(...Object.keys(given), program)(...Object.values(given))
  assert.equal((user as { userId: string }).userId, 'ann')
  assert.equal(verificationMethod, 'PASSKEY')
  assert.equal((payload as { sub: string }).sub, 'ann')
  const claims = [...guide.matchAll(/^\| (`\w+`(?:, `\w+`)*) \|/gm)].flatMap(([, names = '']) => names.match(/\w+/g) ?? [])
  const durations = ['accessTokenDurationInMinutes', 'refreshTokenDurationInMinutes', 'sessionDurationInMinutes']
  assert.deepEqual(claims.filter((name) => !durations.includes(name)).sort(), Object.keys(payload as object).sort())
})

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
