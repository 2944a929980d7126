import type { Period } from '../create-people.ts'
import type { LookUp } from '../draw-address.ts'
import type { Person } from '../person.ts'
import { trackOf } from '../plan-person.ts'
import type { AttackerKind, DemoAction, PlannedAnswer, PlannedStep, PlannedTrack } from '../planned-step.ts'
import type { Random } from '../random.ts'

const dayMs = 86_400_000

/** What an attacker can choose from. */
export interface Target {
  random: Random
  lookUp: LookUp
  people: readonly Person[]
  period: Period
}

/** Plans the attacks of one kind. */
export type PlanAttacks = (target: Target) => PlannedStep[]

/** The machine from which somebody acts as another. */
export interface Machine {
  ipAddress: string
  deviceId: string
  userAgent: string
}

/** How many attacks there are, of so many for 3,000 people in 90 days: never none. */
export function countOf(usual: number, { people }: Pick<Target, 'people'>): number {
  return Math.max(1, Math.round((usual * people.length) / 3000))
}

/** A time in the period, when there is a history to compare with. */
export function drawTime({ random, period: { from, until } }: Pick<Target, 'random' | 'period'>, daysNeeded: number): number {
  const earliest = from + 0.25 * (until - from)
  return earliest + random.next() * Math.max(0, until - daysNeeded * dayMs - earliest)
}

/** Active people who have been customers for a fifth of the period then. */
export function drawVictims({ random, people, period: { from, until } }: Omit<Target, 'lookUp'>, at: number, count: number): Person[] {
  const joinedBefore = at - 0.2 * (until - from)
  return random.sample(
    people.filter(({ joinedAt, sessionsPerWeek }) => joinedAt < joinedBefore && sessionsPerWeek > 0.4),
    count,
  )
}

/** An action of an attacker in the name of a victim. */
export function attackOf(
  random: Random,
  attacker: AttackerKind,
  victim: Person,
  { ipAddress, deviceId, userAgent }: Machine,
  { at, action, custom, answer = 'gives_up' }: { at: number; action: DemoAction; custom?: object; answer?: PlannedAnswer },
): PlannedTrack {
  const device = { deviceId, model: { userAgent: () => userAgent } }
  const step = trackOf(random, victim, { at, ipAddress, device }, action, custom)
  return { ...step, attacker, answer, review: 'rejects' }
}

/** The report of each of these actions, after the victim or the bank has noticed. Also of what was stopped: the bank knows what it was. */
export function reportsOf(random: Random, steps: readonly PlannedTrack[], noticedAt: number): PlannedStep[] {
  return steps.flatMap(({ userId, action, idempotencyKey, attacker }, index) =>
    attacker === undefined
      ? []
      : [
          {
            kind: 'report' as const,
            at: Math.round(noticedAt) + index * random.whole(1000, 20_000),
            userId,
            action,
            idempotencyKey,
            attacker,
          },
        ],
  )
}
