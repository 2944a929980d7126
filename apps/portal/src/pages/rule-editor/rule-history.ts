/** Earlier and later states of something, for undo and redo. */
export interface History<T> {
  past: readonly T[]
  future: readonly T[]
  /** The last change: another one of the same kind soon after is the same step. */
  last?: { kind: string; at: number }
}

export const noHistory = { past: [], future: [] } as const

const most = 100
const soon = 1500

/** Notes the state before a change. Letters typed one after the other are one step. */
export function noteChange<T>(history: History<T>, before: T, kind: string, at: number): History<T> {
  const { last, past } = history
  const isSameStep = kind !== '' && last?.kind === kind && at - last.at < soon
  return { past: isSameStep ? past : [...past.slice(1 - most), before], future: [], last: { kind, at } }
}

/** The state before the last change. */
export function undo<T>({ past, future }: History<T>, current: T): { history: History<T>; state: T } | undefined {
  if (past.length === 0) return undefined
  return { state: past.at(-1) as T, history: { past: past.slice(0, -1), future: [current, ...future] } }
}

/** The state before the last undo. */
export function redo<T>({ past, future }: History<T>, current: T): { history: History<T>; state: T } | undefined {
  if (future.length === 0) return undefined
  return { state: future[0] as T, history: { past: [...past, current], future: future.slice(1) } }
}
