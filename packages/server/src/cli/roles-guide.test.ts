import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { runSallyport } from '../../test/support/run-sallyport.ts'
import { loadConfig, startServer } from '../app/start-server.ts'

// Runs every example of docs/roles.md on a new server, in order. `console` blocks are typed on its machine, and what they print is compared; `http` blocks are sent with
// an owner's key, or with the key of the role after `as`, and the `json` block that follows is part of the answer. `…` stands for anything.

const guide = readFileSync(join(import.meta.dirname, '../../../../docs/roles.md'), 'utf8')
const blocks = [...guide.matchAll(/^```(console|http|json)\n([\s\S]*?)^```$/gm)].map(([, language = '', text = '']) => ({ language, text }))

test('every command and request of the guide to roles answers as it says', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-roles-'))
  const server = await startServer(loadConfig({ 'data-dir': dataDir, port: '0', 'log-level': 'silent' }, {}))
  t.after(async () => {
    await server.close()
    rmSync(dataDir, { recursive: true })
  })
  const local = (command: string) => runSallyport([...command.split(' '), '--data-dir', dataDir])
  const keys = new Map([['owner', server.created?.managementKey]])
  let answered = 0
  for (const [index, { language, text }] of blocks.entries()) {
    if (language === 'console') {
      const [, command = '', expected = ''] = /^\$ sallyport (.*)\n([\s\S]*)$/.exec(text) ?? assert.fail(text)
      const { out, err } = await local(command)
      assert.match(out === '' ? err : out, patternOf(expected), command)
      answered += 1
    }
    if (language !== 'http') continue
    const [head = '', body] = text.trimEnd().split('\n\n')
    const [request = '', role = 'as owner'] = head.split('\n')
    const [method, path] = request.split(' ')
    const reply = await fetch(`${server.url}${path}`, {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(`${await keyOf(role.slice('as '.length))}:`).toString('base64')}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      body,
    })
    const answer = (await reply.json()) as Record<string, unknown>
    for (const [name, value] of Object.entries(JSON.parse(blocks[index + 1]?.text ?? '{}')))
      assert.match(String(answer[name]), patternOf(String(value)), `${request}: ${name} of ${JSON.stringify(answer)}`)
    answered += 1
  }
  assert.ok(answered > 6)

  async function keyOf(role: string): Promise<string | undefined> {
    if (!keys.has(role)) {
      const { out, err } = await local(`key create --kind management --role ${role} --name guide-${role} --json`)
      assert.equal(err, '')
      keys.set(role, JSON.parse(out).key)
    }
    return keys.get(role)
  }
})

function patternOf(text: string): RegExp {
  return new RegExp(
    `^${text
      .split('…')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('[^"\\n]+')}$`,
  )
}
