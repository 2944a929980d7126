import { isDeepStrictEqual } from 'node:util'

type Members = Readonly<Record<string, unknown>>

/** The members of a setting that a change makes different, as they were and as they are. A member that is not there is `null`. */
export function changedMembers(before: Members, after: Members): { before: Members; after: Members } {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => !isDeepStrictEqual(before[name] ?? null, after[name] ?? null),
  )
  const pick = (from: Members) => Object.fromEntries(names.map((name) => [name, from[name] ?? null]))
  return { before: pick(before), after: pick(after) }
}
