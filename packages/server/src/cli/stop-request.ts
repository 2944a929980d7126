import { readFileSync } from 'node:fs'
import { isStartedByNpm } from '../config.ts'

const lookMs = 200
/** A terminal and npm pass the same Ctrl+C on, so signals this close together are one request. */
const sameRequestMs = 1_000
const shells: ReadonlySet<string> = new Set(['sh', 'bash', 'dash', 'ash', 'zsh', 'busybox'])

/**
 * Resolves, with the reason, when this process is to stop: SIGTERM or SIGINT, the end of the npm that started it, or of the parent process that holds a
 * channel to it. A further signal ends the process at once.
 *
 * npm runs a command through a shell, and its SIGTERM reaches the shell alone: without this the server would stay behind and keep port and data.
 */
export function stopRequest(): Promise<string> {
  return new Promise((resolve) => {
    let requestedAt: number | undefined
    const request = (reason: string) => {
      requestedAt ??= performance.now()
      resolve(reason)
    }
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        if (requestedAt !== undefined && performance.now() - requestedAt > sameRequestMs) process.exit(1)
        request(signal)
      })
    }
    process.once('disconnect', () => request('the parent process ended'))
    process.channel?.unref()
    if (!isStartedByNpm()) return
    const starters = startersOf()
    const looking = setInterval(() => {
      if (startersOf() === starters) return
      clearInterval(looking)
      request('npm ended')
    }, lookMs).unref()
  })
}

/** The parent process and, when that is a shell, its parent too: npm may be killed while its shell lives on. */
function startersOf(): string {
  const parent = process.ppid
  if (process.platform !== 'linux') return String(parent)
  try {
    // pid (name) state parent …: the name may hold anything, but no later field holds a parenthesis.
    const stat = readFileSync(`/proc/${parent}/stat`, 'utf8')
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'))
    if (!shells.has(name)) return String(parent)
    return `${parent} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]}`
  } catch {
    return String(parent)
  }
}
