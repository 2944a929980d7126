import { type FrictionCurve, leastBad } from '@sallyport/engine'
import type { Simulation } from './simulate-personas.ts'

/** Attacked users below which a share of them is rough. */
const leastUsers = 30

/** What a friction curve cannot say, and what its attackers were given, so that nobody takes it for more. */
export function notesOnCurve(
  { signal, hasEnoughBad, labels }: FrictionCurve,
  simulation: Simulation | undefined,
  amount: number | undefined,
): string[] {
  const notes: string[] = []
  if (!hasEnoughBad) {
    notes.push(`${labels.bad} instances are known to be bad; at least ${leastBad} are needed to tell what a threshold catches.`)
  }
  if (simulation === undefined) return notes
  const { users, withoutPlace, withoutUserAgent } = simulation
  if (users === 0) return [...notes, 'No user had an accepted action in this window, so there is nobody to impersonate.']
  if (users < leastUsers) notes.push(`Attackers impersonated ${users} users; with fewer than ${leastUsers}, the shares are rough.`)
  if (amount !== undefined) {
    notes.push(`Each simulated attacker sends ${amount} as \`${signal}\`; what they know about a user makes no difference here.`)
  }
  if (withoutPlace > 0) {
    notes.push(`${withoutPlace} of ${users} users have no tracked public address, so their attackers cannot be recognised by location.`)
  }
  if (withoutUserAgent > 0) {
    notes.push(`${withoutUserAgent} of ${users} users have no tracked user agent, so their attackers cannot be recognised by browser.`)
  }
  const missing = Math.max(...Object.values(simulation.missing))
  if (missing > 0) notes.push(`\`${signal}\` has no value for attackers of ${missing} of ${users} users, so no threshold stops them.`)
  return notes
}
