import { attackers } from './attackers/attackers.ts'
import { createPeople, type Period } from './create-people.ts'
import type { LookUp } from './draw-address.ts'
import { planPerson } from './plan-person.ts'
import { planScenarios } from './plan-scenarios.ts'
import { attackerKinds, type PlannedStep } from './planned-step.ts'
import { createRandom } from './random.ts'

export interface HistoryInput {
  /** The same seed, period and IP data give the same history. */
  seed: string
  people: number
  period: Period
}

/** Plans everything that the bank's customers, and attackers in their name, do in a period: in order of time. Pure. */
export function planHistory(lookUp: LookUp, { seed, people: count, period }: HistoryInput): PlannedStep[] {
  const random = createRandom(seed)
  const people = createPeople(random.fork('people'), lookUp, count, period)
  const own = people.flatMap((person) => planPerson(random.fork(`plan ${person.userId}`), lookUp, person, period))
  const attacks = attackerKinds.flatMap((kind) => attackers[kind]({ random: random.fork(kind), lookUp, people, period }))
  const steps = [...own, ...planScenarios(random.fork('scenarios'), lookUp, period), ...attacks]
  return steps.filter(({ at }) => at >= period.from && at < period.until).sort((a, b) => a.at - b.at)
}
