/** A short line that something was done. Errors never are one: they stay where they happened (`Problem`). */
export interface Toast {
  id: number
  text: string
  undo: (() => Promise<unknown>) | undefined
}

let next = 1
let shown: readonly Toast[] = []
const listeners = new Set<() => void>()

function show(toasts: readonly Toast[]): void {
  shown = toasts
  for (const listener of listeners) listener()
}

/** Says that something was done, with a way back where there is one. At most three stand at once. */
export function announce(text: string, undo?: () => Promise<unknown>): void {
  show([...shown.slice(-2), { id: next++, text, undo }])
}

export function dismiss(id: number): void {
  show(shown.filter((toast) => toast.id !== id))
}

export function shownToasts(): readonly Toast[] {
  return shown
}

export function onToasts(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
