import type { Answer } from '../../../api/api.ts'

export type Throttled = Answer<'get', '/limits/throttled'>

/** Who is stopped now, in two sentences. */
export function describeThrottled({ authenticators, prefixes }: Throttled): string {
  const users = new Set(authenticators.map(({ userId }) => userId)).size
  const locked = new Set(authenticators.filter(({ isLocked }) => isLocked).map(({ userId }) => userId)).size
  return `${describeUsers(users, locked)} ${describePrefixes(prefixes.length)}`
}

function describeUsers(users: number, locked: number): string {
  if (users === 0) return 'No user has to wait.'
  const wait =
    users === 1 ? 'One user has to wait after wrong answers' : `${users.toLocaleString('en')} users have to wait after wrong answers`
  if (locked === 0) return `${wait}.`
  return `${wait}, ${locked === users ? '' : `${locked.toLocaleString('en')} of them `}until somebody unlocks ${users === 1 ? 'the method' : 'their methods'}.`
}

function describePrefixes(count: number): string {
  if (count === 0) return 'Messages go out wherever they are allowed.'
  return `Messages to ${count === 1 ? 'one place are' : `${count.toLocaleString('en')} places are`} stopped, because nobody answered them.`
}
