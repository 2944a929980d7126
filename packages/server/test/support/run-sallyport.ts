import { execFile } from 'node:child_process'
import { join } from 'node:path'

const main = join(import.meta.dirname, '../../src/cli/main.js')

export interface SallyportRun {
  code: number
  out: string
  err: string
}

/** Runs one command line in a process of its own, without the environment of the test. */
export function runSallyport(
  args: readonly string[],
  { env = {}, cwd, input = '' }: { env?: Record<string, string>; cwd?: string; input?: string } = {},
): Promise<SallyportRun> {
  return new Promise((resolve) => {
    const options = { env: { PATH: process.env.PATH, ...env }, cwd, timeout: 600_000 }
    const child = execFile(process.execPath, [main, ...args], options, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err })
    })
    child.stdin?.end(input)
  })
}
