import { type ChildProcess, fork } from 'node:child_process'
import path from 'node:path'

/** The report of a peer about itself. */
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
  /** Sends a message, which the peer answers with a message of the same `type`. */
  ask<T>(message: { type: string; [name: string]: unknown }): Promise<T>
  stop(signal?: NodeJS.Signals): Promise<void>
}

/** Starts a script in `peers/`, which calls `announce` when it is ready. It ends with this process. `BENCH_NODE_ARGS` are passed to its Node. */
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
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null) return
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill(signal)
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
