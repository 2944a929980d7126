import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLog } from './log.ts'

function linesOf(write: (log: ReturnType<typeof createLog>) => void): string[] {
  const lines: string[] = []
  write(createLog('trace', { write: (line: string) => void lines.push(line) }))
  return lines
}

test('LG-02: members that are secret or personal by name are removed at any depth we write', () => {
  const [line = ''] = linesOf((log) =>
    log.info(
      {
        token: 'secret-1',
        headers: { authorization: 'secret-2', cookie: 'secret-3' },
        a: { b: { email: 'secret-4', phoneNumber: 'secret-5', secretKey: 'secret-6' } },
        userId: 'u',
      },
      'x',
    ),
  )
  assert.doesNotMatch(line, /secret-\d/)
  assert.equal(JSON.parse(line).userId, 'u')
})

test('LG-02: the text of an error and of its causes is searched for keys, tokens and addresses', () => {
  const cause = new Error('duplicate key (alice@example.com) at postgres://admin:hunter2@db/x')
  const error = Object.assign(new Error('refused sallyport_sk_AbC-1_2 and eyJhbGciOi.eyJzdWIi.c2ln', { cause }), {
    detail: 'Key (email)=(bob@example.com)',
    code: '23505',
  })
  const [line = ''] = linesOf((log) => log.error({ err: error }, 'failed'))
  for (const secret of ['alice', 'hunter2', 'AbC-1_2', 'c2ln', 'bob']) assert.ok(!line.includes(secret), secret)
  assert.equal(JSON.parse(line).err.code, '23505')
  assert.match(JSON.parse(line).err.cause.message, /duplicate key/)
})

test('LG-02: a value cannot begin a line of its own or move the cursor', () => {
  const lines = linesOf((log) => log.warn({ route: 'a\r\n{"level":"fatal","msg":"forged"}\u001b[2J' }, 'x'))
  assert.equal(lines.length, 1)
  assert.equal(lines[0]?.split('\n').length, 2)
  assert.ok(!lines[0]?.includes('\u001b'))
})
