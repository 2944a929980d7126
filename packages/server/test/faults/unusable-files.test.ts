import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { databasePathIn } from '../../src/storage/sqlite/data-directory.ts'

const main = join(import.meta.dirname, '../../src/cli/main.js')
/** An account without rights: everything can be written by root. */
const nobody = process.getuid?.() === 0 ? findNobody() : undefined

function findNobody(): { uid: number; gid: number } {
  const [, , uid, gid] =
    readFileSync('/etc/passwd', 'utf8')
      .match(/^nobody:.*$/m)?.[0]
      .split(':') ?? []
  return { uid: Number(uid ?? 65_534), gid: Number(gid ?? 65_534) }
}

function sallyport(...args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
    ...nobody,
    cwd: '/',
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: tmpdir() },
  })
  return { status, output: stdout + stderr }
}

test('RE-03: files that cannot be written, or are damaged, are named at the start, and work again when they were repaired', (t) => {
  if (process.platform === 'win32') return t.skip('Windows has other rights')
  const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-unusable-'))
  t.after(() => rmSync(dataDir, { recursive: true, force: true }))
  if (nobody !== undefined) chownSync(dataDir, nobody.uid, nobody.gid)
  const created = sallyport('tenant', 'create', '--id', 'bank', '--data-dir', dataDir)
  if (nobody !== undefined && /Cannot find module/.test(created.output)) return t.skip('this folder can be read by root only')
  assert.equal(created.status, 0, created.output)
  const path = databasePathIn(dataDir)
  const list = () => sallyport('tenant', 'list', '--data-dir', dataDir)

  chmodSync(path, 0o400)
  assert.match(list().output, /sallyport\.db` cannot be opened with the rights of this user: give this user access to it/)
  chmodSync(path, 0o600)
  chmodSync(dataDir, 0o500)
  assert.match(list().output, /the data directory .* is not writable/)
  chmodSync(dataDir, 0o700)

  const header = readFileSync(path).subarray(0, 64)
  overwrite(path, 0, Buffer.alloc(64, 'x'))
  const { status, output } = list()
  assert.equal(status, 1)
  assert.match(output, /sallyport\.db cannot be used, it is damaged: restore a backup/)
  overwrite(path, 0, header)
  assert.match(list().output, /bank/)
  assert.equal(statSync(path).mode & 0o777, 0o600)
})

function overwrite(path: string, at: number, bytes: Uint8Array): void {
  const file = openSync(path, 'r+')
  writeSync(file, bytes, 0, bytes.length, at)
  closeSync(file)
}
