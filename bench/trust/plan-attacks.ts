import type { Random } from '../../packages/server/src/seed/random.ts'
import type { Attack } from './attackers/attack.ts'
import { type AttackerName, attackerNames, attackers } from './attackers/attackers.ts'
import { drawStart, settledMs } from './attackers/draw-start.ts'
import type { Geography } from './geography.ts'
import type { Lasting, Person } from './person.ts'

const dayMs = 86_400_000

export interface PlannedAttack {
  attacker: AttackerName
  victim: Person
  attack: Attack
}

/** Attacks of every kind, against people who use their account. Each has a victim of their own, so that no attack helps or spoils another. */
export function planAttacks(random: Random, geography: Geography, people: readonly Person[], period: Lasting): PlannedAttack[] {
  const taken = new Set<Person>()
  return attackerNames.flatMap((name) => {
    const attacker = attackers[name]
    const chances = random.fork(name)
    const lastStart = period.until - (attacker.days + 1) * dayMs
    const candidates = people.filter(
      (person) => !taken.has(person) && person.transfersPerWeek > 1 && person.joinedAt + settledMs < lastStart,
    )
    return chances.sample(candidates, Math.max(3, Math.round((people.length * attacker.perHundred) / 100))).map((victim) => {
      taken.add(victim)
      const own = chances.fork(victim.userId)
      const at = attacker.beginsAt?.(own, victim, lastStart) ?? drawStart(own, victim, lastStart)
      return { attacker: name, victim, attack: attacker.attack({ random: own, geography, victim, at }) }
    })
  })
}
