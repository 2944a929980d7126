import { readdirSync, readFileSync } from 'node:fs'

const microsecondsPerTick = 10_000

/** Microseconds of processor time that a backend's PostgreSQL server has used, in all its processes. 0 where there is no `/proc`. */
export function postgresCpu(backendPid: number): number {
  try {
    const postmaster = statOf(backendPid).parent
    let ticks = 0
    for (const name of readdirSync('/proc')) {
      if (!/^\d+$/.test(name)) continue
      const stat = findStat(Number(name))
      if (stat?.parent === postmaster) ticks += stat.own
    }
    const { own, ofChildren } = statOf(postmaster)
    return (ticks + own + ofChildren) * microsecondsPerTick
  } catch {
    return 0
  }
}

/** Microseconds of processor time of this process's children that have ended. 0 where there is no `/proc`. */
export function endedChildrenCpu(): number {
  return (findStat(process.pid)?.ofChildren ?? 0) * microsecondsPerTick
}

/** Reads a file of a process that may have ended. */
function findStat(pid: number): ReturnType<typeof statOf> | undefined {
  try {
    return statOf(pid)
  } catch {
    return undefined
  }
}

/** proc(5), `/proc/pid/stat`: the name in parentheses can contain anything; after it come the state and then numbers. */
function statOf(pid: number): { parent: number; own: number; ofChildren: number } {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number)
  const [, parent = 0] = fields
  const [utime = 0, stime = 0, cutime = 0, cstime = 0] = fields.slice(11)
  return { parent, own: utime + stime, ofChildren: cutime + cstime }
}
