import type { Decided, Policy } from '@sallyport/engine'
import { createRandom } from '../../packages/server/src/seed/random.ts'
import type { Answer, Attempt } from './attackers/attack.ts'
import { createBank } from './bank.ts'
import { createPeople } from './create-people.ts'
import { createGeography } from './geography.ts'
import { type PlannedAttack, planAttacks } from './plan-attacks.ts'
import { planTransfers } from './plan-transfers.ts'
import { countReal, countTry, createTally, lookOf, type Tally } from './tally.ts'

const dayMs = 86_400_000
const twoWeeksMs = 14 * dayMs
/** How long a person takes to answer a challenge. */
const answerMs = 12_000

export interface TrustOptions {
  seed: string
  users: number
  days: number
}

/**
 * Lets people and attackers use one bank under a policy. The same seed gives the same people, with the same transfers, and attackers with the
 * same means; what attackers try depends on the answers, so it differs between policies.
 */
export function simulateTrust({ seed, users, days }: TrustOptions, policy: Policy): Tally {
  const random = createRandom(seed)
  const from = Date.UTC(2026, 7, 1)
  const period = { from, until: from + days * dayMs }
  const geography = createGeography()
  const people = createPeople(random.fork('people'), geography, users, period)
  const joinedAt = new Map(people.map((person) => [person.userId, person.joinedAt]))
  const transfers = people
    .flatMap((person) => planTransfers(random.fork(person.userId), person, period))
    .sort((a, b) => a.at - b.at)
  const attacks = planAttacks(random.fork('attacks'), geography, people, period).map(begin)

  const bank = createBank(policy)
  const tally = createTally()
  for (const { attacker } of attacks) tally.byAttacker[attacker].victims += 1
  for (const transfer of transfers) {
    for (let next = earliest(attacks); next?.attempt !== undefined && next.attempt.at <= transfer.at; next = earliest(attacks)) strike(next)
    const opened = joinedAt.get(transfer.userId) ?? from
    const decided = bank.track({ ...transfer, joinedAt: opened })
    countReal(tally, transfer, decided, transfer.at - opened < twoWeeksMs)
    if (decided.decision.state === 'CHALLENGE_REQUIRED' && transfer.passes) bank.pass(decided.changes.instance, transfer.at + answerMs)
  }
  for (let next = earliest(attacks); next !== undefined; next = earliest(attacks)) strike(next)
  return tally

  function strike(under: UnderWay): void {
    const { attempt, victim, attacker } = under
    if (attempt === undefined) return
    const decided = bank.track({ ...attempt, joinedAt: victim.joinedAt })
    const attacked = tally.byAttacker[attacker]
    countTry(attacked, attempt, decided)
    if (under.last === undefined) attacked.first.push(lookOf(decided))
    under.last = decided
    const isAllowed = decided.decision.state === 'ALLOW'
    if (isAllowed && attempt.amount > 2000 && !under.hasTaken) {
      under.hasTaken = true
      attacked.victimsOver += 1
    }
    proceed(under, isAllowed ? 'allowed' : 'refused')
    if (under.attempt === undefined) attacked.last.push(lookOf(under.last))
  }
}

/** An attack with the try that comes next. */
interface UnderWay extends PlannedAttack {
  attempt: Attempt | undefined
  last: Decided | undefined
  hasTaken: boolean
}

function begin(planned: PlannedAttack): UnderWay {
  const first = planned.attack.next()
  return { ...planned, attempt: first.done ? undefined : first.value, last: undefined, hasTaken: false }
}

function proceed(under: UnderWay, answer: Answer): void {
  const next = under.attack.next(answer)
  under.attempt = next.done ? undefined : next.value
}

function earliest(attacks: readonly UnderWay[]): UnderWay | undefined {
  let found: UnderWay | undefined
  for (const under of attacks) {
    if (under.attempt !== undefined && (found?.attempt === undefined || under.attempt.at < found.attempt.at)) found = under
  }
  return found
}
