import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'

const page = `### WA-04

The origin is compared exactly.

### WA-06

The credential is the user's own.

## Not held by a test yet

| id | requirement |
|---|---|
| A-14 | Forged tokens. |
`
const code = `// WA-04: compared exactly.
test('WA-04: an origin that resembles another is refused', () => {})
contract(
  \`WA-03 to WA-06, I1: \${count} answers\`,
  () => {},
)
`

/** The page as `--write` leaves it, and what the check says of it afterwards. */
function check(t, { requirements = page, source = code }) {
  const root = mkdtempSync(path.join(tmpdir(), 'requirements-'))
  t.after(() => rmSync(root, { recursive: true }))
  for (const folder of ['scripts', 'docs', 'packages/x/src']) mkdirSync(path.join(root, folder), { recursive: true })
  cpSync(path.join(import.meta.dirname, 'check-requirements.mjs'), path.join(root, 'scripts/check-requirements.mjs'))
  writeFileSync(path.join(root, 'docs/requirements.md'), requirements)
  writeFileSync(path.join(root, 'packages/x/src/x.test.ts'), source)
  const run = (...args) => spawnSync(process.execPath, [path.join(root, 'scripts/check-requirements.mjs'), ...args], { encoding: 'utf8' })
  const before = run().stderr
  const written = run('--write')
  return { before, problems: written.stderr, status: written.status, page: readFileSync(path.join(root, 'docs/requirements.md'), 'utf8') }
}

test('each requirement lists the tests whose titles name it, also by a range', (t) => {
  const all = ['WA-03', 'WA-05', 'I1'].map((id) => `### ${id}\n\nA sentence.\n\n`).join('')
  const result = check(t, { requirements: all + page })
  assert.match(result.before, /the tests in docs\/requirements.md are stale/)
  assert.deepEqual([result.status, result.problems], [0, ''])
  assert.ok(
    result.page.includes(
      'compared exactly.\n\n- WA-04: an origin that resembles another is refused (`packages/x/src/x.test.ts`)\n- WA-03 to WA-06, I1: … answers (`packages/x/src/x.test.ts`)\n\n### WA-06',
    ),
    result.page,
  )
})

test('an id that the code cites and the page does not list is a problem', (t) => {
  const { status, problems } = check(t, { source: `${code}// RU-01: rules are data.\n` })
  assert.equal(status, 1)
  assert.match(problems, /packages\/x\/src\/x.test.ts cites RU-01, which docs\/requirements.md does not list/)
})

test('a requirement that no test names is a problem, unless the page says so', (t) => {
  const { problems } = check(t, { source: "test('WA-04: an origin is compared', () => {})\n" })
  assert.equal(problems, 'no title of a test names WA-06\n')
})

test('a test for a requirement that the page says has none is a problem', (t) => {
  const { problems } = check(t, { source: `${code}test('A-14: a forged token is refused', () => {})\n` })
  assert.match(problems, /a test names A-14: move it out of "Not held by a test yet"/)
})
