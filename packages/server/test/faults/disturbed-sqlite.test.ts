import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { cpSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openStore } from '../../src/storage/open-store.ts'
import { databasePathIn } from '../../src/storage/sqlite/data-directory.ts'
import { type Disturbance, runDisturbed } from './run-disturbed.ts'
import { canLimitFiles, limitFiles, makeSmallDisk } from './small-disk.ts'

function settingsOf(dataDir: string) {
  return {
    env: { SALLYPORT_DATA_DIR: dataDir, SALLYPORT_MASTER_KEY: randomBytes(32).toString('hex') },
    openStore: () => openStore({ dataDir, databaseUrl: undefined }, Date.now),
  }
}

function makeFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-disturbed-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test('RE-03, I1 to I9: a disk that fills up costs 503s, nothing acknowledged, and no restart', async (t) => {
  const folder = makeFolder(t)
  const disk = await makeSmallDisk(folder)
  if (typeof disk === 'string') return t.skip(disk)
  t.after(disk.remove)
  const full: Disturbance = {
    title: 'a full disk',
    async begin() {
      disk.fill()
      return async () => disk.makeRoom()
    },
  }
  const left = join(makeFolder(t), 'left')
  await runDisturbed(t, {
    ...settingsOf(join(folder, 'data')),
    prefix: disk.prefix,
    disturbances: [full, { ...full, title: 'a disk that is full again' }],
    async openStore() {
      cpSync(join(disk.path, 'data'), left, { recursive: true, filter: (path) => !statSync(path).isSocket() })
      return settingsOf(left).openStore()
    },
  })
})

const locker = `
  const { DatabaseSync } = require('node:sqlite')
  const database = new DatabaseSync(process.argv[1], { timeout: 10_000 })
  database.exec(process.argv[2])
  console.log('locked')
  process.stdin.resume().once('end', () => process.exit())
`

/** Another process, such as somebody with `sqlite3`, that holds a lock until it is let go. */
async function lock(path: string, begin: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '-e', locker, path, begin], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  if (child.stdout !== null) await once(child.stdout, 'data')
  return child
}

test('RE-03, I1 to I9: files that cannot be written, and a lock of another process, cost the same', async (t) => {
  const dataDir = makeFolder(t)
  const path = databasePathIn(dataDir)
  const locked: Disturbance = {
    title: 'a database that another process has locked',
    async begin() {
      const child = await lock(path, 'BEGIN IMMEDIATE')
      return async () => {
        const gone = once(child, 'exit')
        child.stdin?.end()
        await gone
      }
    },
  }
  const unwritable: Disturbance = {
    title: 'files that cannot be written',
    async begin(server) {
      const pid = server.pid() ?? 0
      limitFiles(pid, 1)
      return async () => limitFiles(pid, 'unlimited')
    },
  }
  const can = canLimitFiles()
  if (can !== true) t.diagnostic(can)
  await runDisturbed(t, { ...settingsOf(dataDir), disturbances: can === true ? [locked, unwritable] : [locked] })
})
