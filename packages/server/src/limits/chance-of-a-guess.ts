import type { Limit } from '../tries/limit-settings.ts'
import { delayAfter, mostWrongAnswers } from '../tries/wrong-answers.ts'

const day = 24 * 60 * 60_000

/**
 * How many answers somebody gets judged in a day who guesses at one authenticator and tries again as soon as it is allowed, while its user does not use it.
 * With the delays after wrong answers in a row, and the lock that ends them.
 */
export function triesInADay({ limit, windowMs }: Limit): number {
  let [at, tries, taken, windowEndsAt] = [0, 0, 0, 0]
  while (tries < mostWrongAnswers && at < day) {
    if (at >= windowEndsAt) {
      windowEndsAt = at + windowMs
      taken = 0
    }
    if (taken >= limit) {
      at = windowEndsAt
      continue
    }
    tries += 1
    taken += 1
    at += delayAfter(tries)
  }
  return tries
}

/** The chance that one of so many guesses is right, when `right` of `possible` codes are accepted at any time. */
export function chanceOf(tries: number, right: number, possible: number): number {
  // As 1 - (1 - p) ** tries, for a p that is lost beside 1.
  return -Math.expm1(tries * Math.log1p(-right / possible))
}
