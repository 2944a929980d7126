import { type ChildProcess, fork } from 'node:child_process'
import path from 'node:path'

/** What a peer reports of itself. */
export interface PeerUsage {
  /** Microseconds of processor time since its start, user and system. */
  cpu: number
  /** Bytes resident. */
  rss: number
}

export interface PeerProcess {
  port: number
  pid: number
  usage(): Promise<PeerUsage>
  /** Sends a message that the peer answers with one of the same `type`. */
  ask<T>(message: { type: string; [name: string]: unknown }): Promise<T>
  stop(): Promise<void>
}

/** Starts a script of `peers/` that calls `announce` when it is ready. It ends with this process. `BENCH_NODE_ARGS` go to its Node. */
export async function startPeer(script: string, args: readonly string[] = [], env: Record<string, string> = {}): Promise<PeerProcess> {
  const execArgv = ['--disable-warning=ExperimentalWarning', ...(process.env.BENCH_NODE_ARGS?.split(' ') ?? [])]
  const child = fork(path.join(import.meta.dirname, 'peers', script), args, { execArgv, env: { ...process.env, ...env } })
  const { port } = await answer<{ port: number }>(child, 'ready')
  function ask<T>(message: { type: string }): Promise<T> {
    const answered = answer<T>(child, message.type)
    child.send(message)
    return answered
  }
  return {
    port,
    pid: child.pid ?? 0,
    ask,
    usage: () => ask<PeerUsage>({ type: 'usage' }),
    async stop() {
      if (child.exitCode !== null) return
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await gone
    },
  }
}

function answer<T>(child: ChildProcess, type: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: { type: string }) => {
      if (message.type !== type) return
      child.off('message', onMessage)
      child.off('exit', onExit)
      resolve(message as T)
    }
    const onExit = (code: number | null) => reject(new Error(`${child.spawnargs.join(' ')} ended with ${code} before it answered`))
    child.on('message', onMessage)
    child.once('exit', onExit)
  })
}
