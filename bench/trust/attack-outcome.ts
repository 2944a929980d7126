import { type Decided, decodeSignals, findSignal } from '@sallyport/engine'
import type { Attempt } from './attackers/attack.ts'
import { limit } from './limit.ts'

/** What an attacker got from one victim. */
export interface AttackOutcome {
  tries: number
  triesOver: number
  /** Transfers over the limit that nobody was asked about. */
  unchallengedOver: number
  /** Transfers up to the limit that nobody was asked about, and their sum. */
  unchallengedUpTo: number
  sumUpTo: number
  /** The risk score of the first try and the lowest of all. `null`: there was none, because the victim had no history yet. */
  firstScore: number | null
  lowestScore: number | null
  /** In some try the device did not count as new, or the address not as unrecognised. */
  wasKnownDevice: boolean
  wasRecognisedAddress: boolean
}

export function newOutcome(): AttackOutcome {
  return {
    tries: 0,
    triesOver: 0,
    unchallengedOver: 0,
    unchallengedUpTo: 0,
    sumUpTo: 0,
    firstScore: null,
    lowestScore: null,
    wasKnownDevice: false,
    wasRecognisedAddress: false,
  }
}

/** Adds a try to what the attacker got so far. */
export function countTry(outcome: AttackOutcome, { amount }: Attempt, { decision, changes }: Decided): void {
  const { values } = decodeSignals(changes.instance)
  const score = values[positions.score]
  if (typeof score === 'number') {
    if (outcome.tries === 0) outcome.firstScore = score
    outcome.lowestScore = Math.min(score, outcome.lowestScore ?? score)
  }
  if (values[positions.isNewDevice] === false) outcome.wasKnownDevice = true
  if (values[positions.isUnrecognized] === false) outcome.wasRecognisedAddress = true
  outcome.tries += 1
  if (amount > limit) outcome.triesOver += 1
  if (decision.state !== 'ALLOW') return
  if (amount > limit) outcome.unchallengedOver += 1
  else {
    outcome.unchallengedUpTo += 1
    outcome.sumUpTo += amount
  }
}

const positions = {
  score: positionOf('risk.score'),
  isNewDevice: positionOf('device.isNew'),
  isUnrecognized: positionOf('ip.isUnrecognized'),
}

function positionOf(name: string): number {
  const found = findSignal(name)
  if (found === undefined) throw new RangeError(`there is no signal ${name}`)
  return found.position
}
