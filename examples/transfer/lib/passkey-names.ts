import type { Person } from './people.ts'

/** The names that customers gave to their passkeys. Like everything the bank knows, they are in memory and end with the process. */
const state = globalThis as { __passkeyNames?: Map<string, string> }
state.__passkeyNames ??= new Map()
const names = state.__passkeyNames

const longestName = 40

export function findPasskeyName(person: Person, passkeyId: string): string | undefined {
  return names.get(`${person.id}\n${passkeyId}`)
}

/** Keeps the name, shortened to what the page can show. An empty one brings back the name of the password manager. */
export function namePasskey(person: Person, passkeyId: string, name: string): void {
  const key = `${person.id}\n${passkeyId}`
  const short = name.trim().slice(0, longestName)
  if (short === '') names.delete(key)
  else names.set(key, short)
}
