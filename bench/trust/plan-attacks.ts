import type { Random } from '../../packages/server/src/seed/random.ts'
import type { Attack } from './attackers/attack.ts'
import { type AttackerName, attackerNames, attackers } from './attackers/attackers.ts'
import type { Geography } from './geography.ts'
import type { Lasting, Person } from './person.ts'

const dayMs = 86_400_000

export interface PlannedAttack {
  attacker: AttackerName
  victim: Person
  attack: Attack
}

/** Somebody with an account that is in use. */
export interface Customer {
  person: Person
  /** When the account has been in use for a while; `undefined`: it never was. */
  settledAt: number | undefined
}

/** Attacks of every kind, each with a victim of its own, so that no attack helps or spoils another. */
export function planAttacks(random: Random, geography: Geography, customers: readonly Customer[], period: Lasting): PlannedAttack[] {
  const taken = new Set<Person>()
  return attackerNames.flatMap((name) => {
    const attacker = attackers[name]
    const chances = random.fork(name)
    const lastStart = period.until - (attacker.days + 1) * dayMs
    const candidates = customers.flatMap(({ person, settledAt }) => {
      const from = attacker.isThereFirst ? person.joinedAt : settledAt
      return settledAt === undefined || from === undefined || from >= lastStart || taken.has(person) ? [] : [{ person, from }]
    })
    return chances
      .sample(candidates, Math.max(3, Math.round((customers.length * attacker.perHundred) / 100)))
      .map(({ person: victim, from }): PlannedAttack => {
        taken.add(victim)
        const own = chances.fork(victim.userId)
        const at = attacker.isThereFirst ? from : from + own.next() * (lastStart - from)
        return { attacker: name, victim, attack: attacker.attack({ random: own, geography, victim, at }) }
      })
  })
}
