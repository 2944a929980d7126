import type { Random } from '../../../packages/server/src/seed/random.ts'
import type { Geography } from '../geography.ts'
import type { Person } from '../person.ts'
import type { Machine } from '../plan-transfers.ts'

/** A transfer that an attacker tries in the name of the victim. */
export interface Attempt extends Machine {
  at: number
  userId: string
  amount: number
}

/** All that an attacker learns from a try. Nobody but the user passes a challenge, so whatever is not allowed is lost. */
export type Answer = 'allowed' | 'refused'

/** Yields one try after the other, each chosen by the answers to the ones before. */
export type Attack = Generator<Attempt, void, Answer>

/** Another machine or another address, which the attacker can put on for each try. */
export type Guise = (at: number) => Machine

export interface Target {
  random: Random
  geography: Geography
  victim: Person
  /** When the attack begins, milliseconds UTC. */
  at: number
}

/** How one kind of attacker chooses a victim, and attacks. */
export interface Attacker {
  title: string
  knows: string
  /** The longest that an attack takes. */
  days: number
  /** Attacks for each hundred customers. There are three at least. */
  perHundred: number
  /** Attacks an account that was just opened, not one that has been in use. */
  isThereFirst?: boolean
  attack(target: Target): Attack
}

const minuteMs = 60_000
const dayMs = 86_400_000

/** The amounts over the limit: the smallest first, then as much as there is. */
const large = [2001, 3500, 5000, 9900, 25_000]
/** What is tried to find out how much passes without a question. */
const small = [2000, 1000, 500, 200, 50, 10, 1]

/**
 * The best that somebody can do who is told of each try whether it passed: go for a large transfer in every guise; else find the guise in
 * which most passes, repeat that day after day so that it becomes usual, try a large one every week, and on the last day all guises again.
 */
export function* buyTrust({ random, victim, at: start }: Target, guises: readonly Guise[], days: number): Attack {
  let at = start
  if (yield* takeAll()) return
  let best = yield* findBest()
  for (let day = 1; day <= days; day += 1) {
    at = start + day * dayMs + random.whole(0, 180) * minuteMs
    for (let count = random.whole(1, 3); count > 0 && best !== undefined; count -= 1) {
      if ((yield attempt(best.guise, best.amount)) === 'refused') best = yield* findBest()
    }
    if (best === undefined && day % 3 === 0) best = yield* findBest()
    if ((day % 7 === 0 || day === days) && (yield* takeAll())) return
  }

  /** True when a large transfer passed. */
  function* takeAll(): Generator<Attempt, boolean, Answer> {
    for (const guise of guises) {
      let passed = false
      for (const amount of large) {
        if ((yield attempt(guise, amount)) === 'refused') break
        passed = true
      }
      if (passed) return true
    }
    return false
  }

  function* findBest(): Generator<Attempt, { guise: Guise; amount: number } | undefined, Answer> {
    for (const amount of small) {
      for (const guise of guises) if ((yield attempt(guise, amount)) === 'allowed') return { guise, amount }
    }
    return undefined
  }

  function attempt(guise: Guise, amount: number): Attempt {
    at += random.whole(2, 40) * minuteMs
    return { at, userId: victim.userId, amount, ...guise(at) }
  }
}
