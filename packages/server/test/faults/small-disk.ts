import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** A disk of a few megabytes, in memory, that ends with `remove`. */
export interface SmallDisk {
  /** Where this process finds it. SQLite does not, which follows links itself. */
  path: string
  /** A command that runs another, to which the disk is where it was asked for. */
  prefix: readonly string[]
  /** Writes to it until nothing goes any more. */
  fill(): void
  /** Removes what `fill` wrote. */
  makeRoom(): void
  remove(): Promise<void>
}

const keepAlive = 'mount -t tmpfs -o size=24m,mode=0777 tmpfs "$0" && echo ready && exec cat'

/**
 * Makes a disk that can be filled. It needs no rights: it is seen through a process that keeps a namespace for it. Where that is not allowed, or is not Linux,
 * it returns a sentence that says so.
 */
export async function makeSmallDisk(at: string): Promise<SmallDisk | string> {
  if (process.platform !== 'linux') return 'a disk that can be filled is made on Linux only'
  let keeper: ChildProcess
  try {
    keeper = spawn('unshare', ['--user', '--map-root-user', '--mount', 'sh', '-c', keepAlive, at], { stdio: ['pipe', 'pipe', 'ignore'] })
    const first = await Promise.race([once(keeper.stdout ?? keeper, 'data'), once(keeper, 'exit').then(() => ['']), once(keeper, 'error')])
    if (!String(first[0]).startsWith('ready')) return 'a disk cannot be mounted here'
  } catch {
    return 'a disk cannot be mounted here'
  }
  const path = `/proc/${keeper.pid}/root${at}`
  const ballast = join(path, 'ballast')
  return {
    path,
    prefix: ['nsenter', `--target=${keeper.pid}`, '--user', '--mount', '--preserve-credentials', '--'],
    fill() {
      const file = openSync(ballast, 'w')
      try {
        for (const size of [1 << 20, 4096]) fillWith(file, Buffer.alloc(size))
      } finally {
        closeSync(file)
      }
    },
    makeRoom: () => rmSync(ballast),
    async remove() {
      const gone = once(keeper, 'exit')
      keeper.kill('SIGKILL')
      await gone
    },
  }
}

function fillWith(file: number, bytes: Buffer): void {
  try {
    while (writeSync(file, bytes) === bytes.length);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
  }
}

/** How large the files are that a process may write. It needs no rights, and is Linux's only; elsewhere, a sentence that says so. */
export function limitFiles(pid: number, bytes: number | 'unlimited'): void {
  execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`])
}

export function canLimitFiles(): string | true {
  try {
    execFileSync('prlimit', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return 'the size of files is limited with `prlimit`, which is not here'
  }
}
