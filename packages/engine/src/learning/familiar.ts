/**
 * A value that a user succeeded with, the day (UTC, since 1970) it last happened, and how often it did. `unproven`: how many of these
 * successes nothing vouched for, which makes the value seen and not known; absent = none. The day of a known value is the last one that
 * something vouched for.
 */
export type Familiar<Key extends string | number> = [key: Key, lastDay: number, times: number, unproven?: number]

/** Most recent first. */
export type FamiliarList<Key extends string | number> = Familiar<Key>[]

/** A value that was not seen for this long is new again. */
const rememberedDays = 365
const mostTimes = 9999

/** How many of the successes with a value something vouched for. */
export function knownTimes([, , times, unproven = 0]: Familiar<string | number>): number {
  return times - unproven
}

/** True for a value that is known, and not only seen. */
export function isFamiliar<Key extends string | number>(list: readonly Familiar<Key>[], key: Key, day: number): boolean {
  for (const entry of list) if (entry[0] === key) return knownTimes(entry) > 0 && day - entry[1] <= rememberedDays
  return false
}

/** True when there is a history that something can be new against. What was only seen is history too. */
export function hasHistory(list: readonly Familiar<string | number>[], day: number): boolean {
  for (const entry of list) if (day - entry[1] <= rememberedDays) return true
  return false
}

/**
 * The list with a success added. A full list drops a value that is only seen, or else the rarest value of its less recent half: the most
 * recent and the most frequent values stay, and a burst of new values cannot push out the known ones.
 */
export function addFamiliar<Key extends string | number>(
  list: readonly Familiar<Key>[],
  key: Key,
  day: number,
  limit: number,
  isKnown: boolean,
): FamiliarList<Key> {
  const next: FamiliarList<Key> = [isKnown ? [key, day, 1] : [key, day, 1, 1]]
  for (const entry of list) {
    if (day - entry[1] > rememberedDays) continue
    if (entry[0] === key) next[0] = seenAgain(entry, day, isKnown)
    else next.push(entry)
  }
  if (next.length > limit) next.splice(leastUseful(next, limit), 1)
  return next
}

function seenAgain<Key extends string | number>(
  [key, lastDay, times, unproven = 0]: Familiar<Key>,
  day: number,
  isKnown: boolean,
): Familiar<Key> {
  const wasKnown = times > unproven
  if (isKnown && unproven === 0) return [key, Math.max(day, lastDay), Math.min(mostTimes, times + 1)]
  const last = isKnown || !wasKnown ? Math.max(day, lastDay) : lastDay
  return counted(key, last, times + 1, isKnown ? unproven : unproven + 1)
}

function counted<Key extends string | number>(key: Key, day: number, times: number, unproven: number): Familiar<Key> {
  const known = Math.min(mostTimes, times - unproven)
  const seen = Math.min(mostTimes, times)
  return seen <= known ? [key, day, known] : [key, day, seen, seen - known]
}

/** The list with some successes taken back. A value with no other success is removed. */
export function removeFamiliar<Key extends string | number>(
  list: readonly Familiar<Key>[],
  key: Key,
  { times, known }: { times: number; known: number },
): FamiliarList<Key> {
  const next: FamiliarList<Key> = []
  for (const entry of list) {
    if (entry[0] !== key) next.push(entry)
    else if (entry[2] > times) {
      const left = Math.max(0, knownTimes(entry) - known)
      next.push(counted(key, entry[1], entry[2] - times, Math.max(0, entry[2] - times - left)))
    }
  }
  return next
}

/** The list with a value that is no longer known. */
export function doubtFamiliar<Key extends string | number>(list: readonly Familiar<Key>[], key: Key): FamiliarList<Key> {
  return list.map((entry) => (entry[0] === key ? [entry[0], entry[1], entry[2], entry[2]] : entry))
}

function leastUseful(list: readonly Familiar<string | number>[], limit: number): number {
  const seenOnly = list.findLastIndex((entry, i) => i > 0 && knownTimes(entry) <= 0)
  if (seenOnly !== -1) return seenOnly
  if (knownTimes(list[0] as Familiar<string | number>) <= 0) return 0
  let found = list.length - 1
  for (let i = list.length - 1; i >= Math.ceil(limit / 2); i--) {
    if (knownTimes(list[i] as Familiar<string | number>) < knownTimes(list[found] as Familiar<string | number>)) found = i
  }
  return found
}
