import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/** A server as an operator runs it: a process of its own, that can be killed and started again on the same port. */
export interface ServerProcess {
  readonly url: string
  /** `undefined` while it does not run. */
  pid(): number | undefined
  /** `kill -9`. */
  kill(): Promise<void>
  /** Resolves with how many milliseconds it took until it was ready. */
  start(): Promise<number>
  /** Lines it wrote at level `error` and above. */
  faults(): readonly string[]
}

const main = join(import.meta.dirname, '../../src/cli/main.js')
const nodeArgs = ['--disable-warning=ExperimentalWarning', main]
const readyWithinMs = 300_000

/** `prefix`: a command that runs it, such as one that shows it other disks. */
export async function createServerProcess(env: Readonly<Record<string, string>>, prefix: readonly string[] = []): Promise<ServerProcess> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const faults: string[] = []
  let child: ChildProcess | undefined

  return {
    url,
    pid: () => (child?.exitCode === null && child.signalCode === null ? child.pid : undefined),
    faults: () => faults,
    async start() {
      const startedAt = performance.now()
      const output: string[] = []
      const [program = '', ...args] = [...prefix, process.execPath, ...nodeArgs]
      const started = spawn(program, [...args, 'serve', '--port', String(port), '--log-level', 'warn'], {
        env: { PATH: process.env.PATH, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      child = started
      for (const stream of [started.stdout, started.stderr]) {
        stream.on('data', (chunk: Buffer) => {
          output.push(String(chunk))
          for (const line of String(chunk).split('\n')) if (/"level":"(error|fatal)"/.test(line)) faults.push(line)
        })
      }
      while (performance.now() - startedAt < readyWithinMs) {
        if (started.exitCode !== null) throw new Error(`the server did not start:\n${output.join('')}`)
        if (await isReady(url)) return performance.now() - startedAt
        await pause(20)
      }
      throw new Error(`the server was not ready within ${readyWithinMs} ms:\n${output.join('')}`)
    },
    async kill() {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
  }
}

/** Runs a command to its end and returns what it printed. */
export function runCommand(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  prefix: readonly string[] = [],
): Promise<string> {
  const [program = '', ...before] = [...prefix, process.execPath, ...nodeArgs]
  return new Promise((resolve, reject) => {
    execFile(program, [...before, ...args], { env: { PATH: process.env.PATH, ...env } }, (error, out, err) => {
      if (error === null) resolve(out)
      else reject(new Error(`${args.join(' ')}: ${err}`))
    })
  })
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5000) })).status === 200
  } catch {
    return false
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  return typeof address === 'object' && address !== null ? address.port : 0
}
