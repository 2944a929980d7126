/** A value that a user succeeded with, the day (UTC, since 1970) it last happened, and how often it did. */
export type Familiar<Key extends string | number> = [key: Key, lastDay: number, times: number]

/** Most recent first. */
export type FamiliarList<Key extends string | number> = Familiar<Key>[]

/** A value that was not seen for this long is new again. */
const rememberedDays = 365
const mostTimes = 9999

export function isFamiliar<Key extends string | number>(list: readonly Familiar<Key>[], key: Key, day: number): boolean {
  for (const entry of list) if (entry[0] === key) return day - entry[1] <= rememberedDays
  return false
}

/** True when there is a history that something can be new against. */
export function hasHistory(list: readonly Familiar<string | number>[], day: number): boolean {
  for (const entry of list) if (day - entry[1] <= rememberedDays) return true
  return false
}

/**
 * The list with a success added. A full list drops the rarest value of its less recent half: the most recent and the most frequent values
 * stay, and a burst of new values cannot push out the usual ones.
 */
export function addFamiliar<Key extends string | number>(
  list: readonly Familiar<Key>[],
  key: Key,
  day: number,
  limit: number,
): FamiliarList<Key> {
  const next: FamiliarList<Key> = [[key, day, 1]]
  for (const entry of list) {
    if (day - entry[1] > rememberedDays) continue
    if (entry[0] === key) next[0] = [key, Math.max(day, entry[1]), Math.min(mostTimes, entry[2] + 1)]
    else next.push(entry)
  }
  if (next.length > limit) next.splice(rarest(next, limit), 1)
  return next
}

/** The list with one success taken back. A value with no other success is removed. */
export function removeFamiliar<Key extends string | number>(list: readonly Familiar<Key>[], key: Key): FamiliarList<Key> {
  const next: FamiliarList<Key> = []
  for (const entry of list) {
    if (entry[0] !== key) next.push(entry)
    else if (entry[2] > 1) next.push([key, entry[1], entry[2] - 1])
  }
  return next
}

function rarest(list: readonly Familiar<string | number>[], limit: number): number {
  let found = list.length - 1
  for (let i = list.length - 1; i >= Math.ceil(limit / 2); i--) {
    if ((list[i] as Familiar<string | number>)[2] < (list[found] as Familiar<string | number>)[2]) found = i
  }
  return found
}
