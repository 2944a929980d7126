import type { Logger } from 'pino'
import { networkOf } from '../addresses/network-of.ts'

/** Something refused, from an address. */
interface Refused {
  ipAddress: string
}

/** How often the same was refused since a time. */
export type Counted<T> = T & { count: number; since: number }

/** Puts refusals on record, without letting anybody fill the store with them. */
export interface RefusalRecord<T> {
  note(refused: T): void
  /** Writes what is due. Resolves when everything that was begun is written. */
  flush(): Promise<void>
  /** Writes everything, and no more after that. */
  stop(): Promise<void>
}

export interface RefusalRecordDeps {
  log: Pick<Logger, 'warn'>
  clock: () => number
}

export interface RefusalKind<T> {
  /** What was refused, for the log: `API keys`. */
  noun: string
  /** Refusals of one name are counted together. */
  nameOf(refused: T): string
  /** Stands for a refusal of a source that had too many different ones. */
  withoutDetail(refused: T): T
  write(refused: readonly Counted<T>[], ipAddress: string, at: number): Promise<void>
}

const minute = 60_000
const checkMs = 5000
/** Sources with a line of their own in one minute; all others share one. */
const maxSources = 100
/** Different refusals of one source that are told apart in one minute. */
const maxNames = 16
const others = 'other sources'

interface Window<T> {
  source: string
  ipAddress: string
  dueAt: number
  /** Since the line before. */
  refused: Map<string, Counted<T>>
}

/** Creates the record: the first refusal of a source is written at once, all others within the minute after it as one line with their count. */
export function createRefusalRecord<T extends Refused>(deps: RefusalRecordDeps, kind: RefusalKind<T>): RefusalRecord<T> {
  const windows = new Map<string, Window<T>>()
  let writing = Promise.resolve()
  const timer = setInterval(() => void flush(false), checkMs).unref()

  function note(refused: T): void {
    const at = deps.clock()
    const wanted = networkOf(refused.ipAddress)
    const source = windows.has(wanted) || windows.size < maxSources ? wanted : others
    let window = windows.get(source)
    const isFirst = window === undefined
    if (window === undefined) {
      window = { source, ipAddress: source === others ? others : refused.ipAddress, dueAt: at, refused: new Map() }
      windows.set(source, window)
    }
    add(window, refused, at)
    if (isFirst) write(window, at)
  }

  function add(window: Window<T>, refused: T, at: number): void {
    const isTold = window.refused.has(kind.nameOf(refused)) || window.refused.size < maxNames
    const told = isTold ? refused : kind.withoutDetail(refused)
    const known = window.refused.get(kind.nameOf(told))
    if (known === undefined) window.refused.set(kind.nameOf(told), { ...told, count: 1, since: at })
    else known.count += 1
  }

  function write(window: Window<T>, at: number): void {
    const refused = [...window.refused.values()]
    window.refused = new Map()
    window.dueAt = at + minute
    const count = refused.reduce((sum, one) => sum + one.count, 0)
    deps.log.warn({ source: window.source, count }, `${kind.noun} were refused`)
    writing = writing
      .then(() => kind.write(refused, window.ipAddress, at))
      .catch((err: unknown) => deps.log.warn({ err }, `refused ${kind.noun} could not be put on record`))
  }

  function flush(isLast: boolean): Promise<void> {
    const at = deps.clock()
    for (const window of windows.values()) {
      if (!isLast && at < window.dueAt) continue
      if (window.refused.size > 0) write(window, at)
      else windows.delete(window.source)
    }
    return writing
  }

  return {
    note,
    flush: () => flush(false),
    stop() {
      clearInterval(timer)
      return flush(true)
    },
  }
}
