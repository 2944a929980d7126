import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Logger } from 'pino'
import { dueOf, type FeedState, type FeedStates, loadFeedStates } from './feed-state.ts'
import { refreshedSources } from './update-due-feeds.ts'

/** The job that keeps lists fresh, as everything else sees it. */
export interface FeedUpdates {
  /** False: switched off. Lists change only by `ip update`. */
  isOn: boolean
  /** What became of the tries, also those of other processes and before a restart. */
  states(): FeedStates
}

export interface FeedUpdatesDeps {
  /** Of the lists: the folder `ip` of the data directory. */
  directory: string
  isOn: boolean
  /** Milliseconds UTC. */
  clock: () => number
  log: Pick<Logger, 'info' | 'warn'>
  /** Reads the lists again, after they were installed. */
  refresh: () => Promise<void>
  /** 0 to 1. */
  random?: () => number
  /** Milliseconds from a clock that cannot be set. */
  stopwatch?: () => number
  /** Makes the updates in a process of its own. For tests. */
  run?: (directory: string, signal: AbortSignal) => Promise<void>
}

const minute = 60_000
/** A server that has just started has better things to do, and many may start at the same moment. */
const firstWaitMs = { least: 3 * minute, most: 10 * minute }
const longestRunMs = 15 * minute
const script = fileURLToPath(new URL('run-feed-updates.ts', import.meta.url))

/**
 * Creates the recurring work that keeps lists fresh. The work itself is done in a process of its own, by one of the servers that share the directory.
 *
 * Without a network nothing happens but a try now and then, which is said once in the log and kept in `states`.
 */
export function createFeedUpdates(deps: FeedUpdatesDeps): FeedUpdates & { runIfDue(): Promise<void>; stop(): Promise<void> } {
  const { directory, isOn, clock, log, random = Math.random, stopwatch = () => performance.now(), run = runApart } = deps
  const aborter = new AbortController()
  let notBefore = stopwatch() + firstWaitMs.least + random() * (firstWaitMs.most - firstWaitMs.least)
  const states = () => loadFeedStates(directory)
  let running: Promise<void> | undefined

  async function runNow(): Promise<void> {
    const before = states()
    // A directory that cannot be written, or a process that cannot be started: nothing that gets better within the minute.
    notBefore = stopwatch() + 30 * minute
    await run(directory, aborter.signal)
    notBefore = 0
    if (aborter.signal.aborted) return
    const after = states()
    if ([...after].some(([name, { result, lastTry }]) => result === 'installed' && before.get(name)?.lastTry !== lastTry))
      await deps.refresh()
    report(before, after)
  }

  /** Says what has changed since the tries before: whoever reads the log a month later finds each problem once, not thirty times. */
  function report(before: FeedStates, after: FeedStates): void {
    const tried = [...after].filter(([name, { lastTry }]) => before.get(name)?.lastTry !== lastTry)
    const installed = tried.filter(([, { result }]) => result === 'installed').map(([name]) => name)
    if (installed.length > 0) log.info({ feeds: installed }, 'lists of IP addresses were refreshed')
    for (const [name, { result, problem }] of tried) {
      if ((result === 'refused' || result === 'interrupted') && before.get(name)?.problem !== problem) {
        log.warn({ feed: name, problem }, 'a list of IP addresses was not refreshed; the installed one stays in use')
      }
    }
    const unreached = (feeds: [string, FeedState][]) => feeds.filter(([, { result }]) => result === 'not_fetched')
    if (unreached(tried).length > 0 && unreached([...before]).length === 0) {
      log.info(
        { feeds: unreached(tried).length },
        'lists of IP addresses were not refreshed: no network. What is installed stays in use; SALLYPORT_IP_UPDATES=off stops trying',
      )
    }
  }

  return {
    isOn,
    states,
    runIfDue() {
      if (!isOn || aborter.signal.aborted || stopwatch() < notBefore) return Promise.resolve()
      if (running === undefined && dueOf([...refreshedSources(directory).keys()], states(), clock()).length === 0) return Promise.resolve()
      running ??= runNow().finally(() => {
        running = undefined
      })
      return running
    },
    async stop() {
      aborter.abort()
      await running?.catch(() => undefined)
    },
  }
}

/** The limit on memory is for lists that are not what they say: thirty of the real ones need a tenth of it. */
function runApart(directory: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      ['--max-old-space-size=512', script, directory],
      { signal, timeout: longestRunMs, killSignal: 'SIGKILL', maxBuffer: 64 * 1024 },
      (error, _, stderr) => {
        if (error === null || signal.aborted) resolve()
        else reject(new Error(`the process that refreshes lists failed: ${stderr.trim().split('\n').at(-1) ?? ''}`, { cause: error }))
      },
    )
  })
}
