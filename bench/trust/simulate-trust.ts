import type { Policy } from '@sallyport/engine'
import { createRandom } from '../../packages/server/src/seed/random.ts'
import { type AttackOutcome, countTry, newOutcome } from './attack-outcome.ts'
import type { Answer, Attempt } from './attackers/attack.ts'
import { type AttackerName, attackerNames } from './attackers/attackers.ts'
import { createBank } from './bank.ts'
import { createPeople } from './create-people.ts'
import { countTransfer, createFriction, type Friction } from './friction.ts'
import { createGeography } from './geography.ts'
import { type PlannedAttack, planAttacks } from './plan-attacks.ts'
import { type PlannedTransfer, planTransfers } from './plan-transfers.ts'
import { createIdSigner, type DeviceIds } from './sign-ids.ts'

const dayMs = 86_400_000
const twoWeeksMs = 14 * dayMs
/** How long a person takes to answer a challenge. */
const answerMs = 12_000

export interface TrustOptions {
  seed: string
  users: number
  days: number
  /** Default: `copyable`. */
  deviceIds?: DeviceIds
}

export interface TrustOutcome {
  /** One outcome for each victim. */
  attacks: Record<AttackerName, AttackOutcome[]>
  friction: Friction
}

/**
 * Lets people and attackers use one bank under a policy, in order of time. The same seed gives the same people with the same transfers, and
 * attackers with the same means; what these try depends on the answers, so it differs between policies.
 */
export function simulateTrust({ seed, users, days, deviceIds = 'copyable' }: TrustOptions, policy: Policy): TrustOutcome {
  const random = createRandom(seed)
  const from = Date.UTC(2026, 7, 1)
  const period = { from, until: from + days * dayMs }
  const geography = createGeography()
  const people = createPeople(random.fork('people'), geography, users, period)
  const customers = people.map((person) => ({ person, transfers: planTransfers(random.fork(person.userId), person, period) }))
  const transfers = customers
    .flatMap(({ person, transfers: own }) => own.map((transfer) => ({ ...transfer, person })))
    .sort((a, b) => a.at - b.at)
  const victims = customers.map(({ person, transfers: own }) => ({ person, settledAt: settledAt(own) }))
  const underWay = planAttacks(random.fork('attacks'), geography, victims, period).map(begin)

  const bank = createBank(policy)
  const signer = createIdSigner(people, deviceIds)
  const friction = createFriction()
  for (const transfer of transfers) {
    attackUntil(transfer.at)
    const { joinedAt } = transfer.person
    const decided = bank.track({ ...signer.asOwner(transfer), joinedAt })
    countTransfer(friction, transfer, decided, policy.definition, transfer.at - joinedAt < twoWeeksMs)
    if (decided.decision.state === 'CHALLENGE_REQUIRED' && transfer.passes) bank.pass(decided.changes.instance, transfer.at + answerMs)
  }
  attackUntil(Number.POSITIVE_INFINITY)
  return {
    attacks: Object.fromEntries(
      attackerNames.map((name) => [name, underWay.filter(({ attacker }) => attacker === name).map(({ outcome }) => outcome)]),
    ) as TrustOutcome['attacks'],
    friction,
  }

  function attackUntil(at: number): void {
    for (let next = earliest(underWay); next !== undefined && next.attempt.at <= at; next = earliest(underWay)) {
      const { attempt, victim, outcome } = next
      const decided = bank.track({ ...signer.asAttacker(attempt), joinedAt: victim.joinedAt })
      countTry(outcome, attempt, decided)
      proceed(next, decided.decision.state === 'ALLOW' ? 'allowed' : 'refused')
    }
  }
}

/** When a user has made transfers on five days. */
function settledAt(transfers: readonly PlannedTransfer[]): number | undefined {
  const days = new Set<number>()
  return transfers.find(({ at }) => days.add(Math.floor(at / dayMs)).size === 5)?.at
}

/** An attack with the try that comes next. `undefined`: it has ended. */
interface UnderWay extends PlannedAttack {
  attempt: Attempt | undefined
  outcome: AttackOutcome
}

function begin(planned: PlannedAttack): UnderWay {
  return { ...planned, attempt: planned.attack.next().value ?? undefined, outcome: newOutcome() }
}

function proceed(under: UnderWay, answer: Answer): void {
  under.attempt = under.attack.next(answer).value ?? undefined
}

function earliest(attacks: readonly UnderWay[]): (UnderWay & { attempt: Attempt }) | undefined {
  let found: (UnderWay & { attempt: Attempt }) | undefined
  for (const under of attacks) if (hasAttempt(under) && (found === undefined || under.attempt.at < found.attempt.at)) found = under
  return found
}

function hasAttempt(under: UnderWay): under is UnderWay & { attempt: Attempt } {
  return under.attempt !== undefined
}
