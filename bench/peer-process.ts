import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'

export interface PeerProcess {
  port: number
  /** What the process said of itself when it was ready. */
  said: Record<string, number>
  pid: number
  stop(): Promise<void>
}

/** Starts a script of this folder that prints one line of JSON when it is ready. */
export async function startPeer(script: string, args: readonly string[] = [], env: Record<string, string> = {}): Promise<PeerProcess> {
  const nodeArgs = process.env.BENCH_NODE_ARGS?.split(' ') ?? []
  const child = spawn(process.execPath, [...nodeArgs, path.join(import.meta.dirname, script), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  })
  const said = await firstLine(child, script)
  return {
    port: said.port ?? 0,
    said,
    pid: child.pid ?? 0,
    async stop() {
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      await gone
    },
  }
}

async function firstLine(child: ChildProcess, script: string): Promise<Record<string, number>> {
  let text = ''
  for await (const chunk of child.stdout ?? []) {
    text += chunk
    if (text.includes('\n')) return JSON.parse(text.slice(0, text.indexOf('\n')))
  }
  throw new Error(`${script} ended before it was ready: ${text}`)
}
