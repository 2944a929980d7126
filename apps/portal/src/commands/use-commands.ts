import { useEffect, useRef, useSyncExternalStore } from 'react'
import type { Command } from './command.ts'

let groups: readonly (() => readonly Command[])[] = []
let all: readonly Command[] = []
const listeners = new Set<() => void>()

function changed(): void {
  all = groups.flatMap((group) => group())
  for (const listener of listeners) listener()
}

/** Adds commands for as long as the component is on the page. They may be made in place: only their ids and titles are compared. */
export function useCommands(commands: readonly Command[]): void {
  const latest = useRef(commands)
  latest.current = commands
  const names = commands.map(({ id, title, keys }) => `${id} ${title} ${keys}`).join('\n')
  // biome-ignore lint/correctness/useExhaustiveDependencies: other names are other commands
  useEffect(() => {
    // The component may have been drawn again since, with other closures.
    const group = () =>
      latest.current.map((command) => ({ ...command, run: () => latest.current.find(({ id }) => id === command.id)?.run() }))
    groups = [...groups, group]
    changed()
    return () => {
      groups = groups.filter((one) => one !== group)
      changed()
    }
  }, [names])
}

/** Every command that there is now. */
export function useAllCommands(): readonly Command[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => all,
  )
}
