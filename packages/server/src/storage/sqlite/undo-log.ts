/**
 * Memory beside the database follows the database's transactions: code that changes it adds how to take the change back.
 *
 * INVARIANT: after `undo`, memory is what it was at the matching `begin`.
 */
export interface UndoLog {
  add(undo: () => void): void
  /** A transaction, or a job within it, begins. */
  begin(): void
  /** It is kept: its changes now belong to what is around it. */
  keep(): void
  undo(): void
}

export function createUndoLog(): UndoLog {
  const steps: (() => void)[] = []
  const marks: number[] = []
  return {
    add(undo) {
      if (marks.length > 0) steps.push(undo)
    },
    begin() {
      marks.push(steps.length)
    },
    keep() {
      marks.pop()
      if (marks.length === 0) steps.length = 0
    },
    undo() {
      const mark = marks.pop()
      if (mark === undefined) return
      while (steps.length > mark) steps.pop()?.()
    },
  }
}
