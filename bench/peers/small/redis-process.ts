import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import path from 'node:path'

/** Whether `redis-server` is installed. */
export function hasRedis(): boolean {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/**
 * Starts Redis on a socket in a folder, with its data there. Every command is on disk before it is answered: the commands of one turn of its event loop
 * share a flush.
 */
export async function startRedis(folder: string): Promise<{ socket: string; process: ChildProcess }> {
  const socket = path.join(folder, 'redis.sock')
  const process = spawn(
    'redis-server',
    ['--port', '0', '--unixsocket', socket, '--dir', folder, '--save', '', '--appendonly', 'yes', '--appendfsync', 'always'],
    { stdio: 'ignore' },
  )
  for (let attempt = 0; !(await canConnect(socket)); attempt++) {
    if (attempt > 1_000 || process.exitCode !== null) throw new Error('Redis does not start')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  return { socket, process }
}

function canConnect(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = createConnection(socket)
    connection.once('connect', () => resolve(true)).once('error', () => resolve(false))
    connection.unref()
    connection.once('connect', () => connection.destroy())
  })
}

/** Processor time in microseconds, and resident bytes. Zeros where there is no `/proc`. */
export function usageOf(pid: number): { cpu: number; rss: number } {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const resident = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]
    return { cpu: (Number(fields[11]) + Number(fields[12])) * 10_000, rss: Number(resident ?? 0) * 1024 }
  } catch {
    return { cpu: 0, rss: 0 }
  }
}
