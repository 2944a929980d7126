import { type FrictionCurve, leastBad } from '@sallyport/engine'
import type { Simulation } from './simulate-personas.ts'

/** Attacked users below which a share of them is rough. */
const leastUsers = 30

/** What a friction curve can not say, and what its attackers were given, so that nobody takes it for more. */
export function notesOnCurve(
  { signal, hasEnoughBad, labels }: FrictionCurve,
  simulation: Simulation | undefined,
  amount: number | undefined,
): string[] {
  const notes: string[] = []
  if (!hasEnoughBad) {
    notes.push(`${labels.bad} instances are known to be bad: with fewer than ${leastBad} nothing can be said of what a threshold catches.`)
  }
  if (simulation === undefined) return notes
  const { users, withoutPlace, withoutUserAgent } = simulation
  if (users === 0) return [...notes, 'No user had an action accepted in this window: there is nobody to pretend to be.']
  if (users < leastUsers) notes.push(`Attackers pretended to be ${users} users: with fewer than ${leastUsers} the shares are rough.`)
  if (amount !== undefined) {
    notes.push(`Each simulated attacker sends ${amount} as \`${signal}\`: what they know of a user makes no difference to such a limit.`)
  }
  if (withoutPlace > 0) {
    notes.push(`Of ${withoutPlace} of ${users} users no public address is tracked: there attackers can not be told by where they are.`)
  }
  if (withoutUserAgent > 0) {
    notes.push(`Of ${withoutUserAgent} of ${users} users no user agent is tracked: there attackers can not be told by their browser.`)
  }
  const missing = Math.max(...Object.values(simulation.missing))
  if (missing > 0) notes.push(`For attackers of ${missing} of ${users} users \`${signal}\` has no value: no threshold stops them.`)
  return notes
}
