import { isMissing, type JsonValue, type Known, type MissingReason, type SignalValue } from '@sallyport/engine'
import { describeSpread, type Spread } from './draw-histogram.ts'

export interface ValueCounts {
  /** Events in which it had a value. */
  known: number
  /** Events in which it had none, by the reason. */
  missing: Record<MissingReason, number>
  /** Of numbers. Absent: no value was one. */
  numbers?: Spread
  /** The most frequent ones first, and each member of a list once for each list. Numbers only where there are few different ones. */
  values: { value: boolean | number | string; count: number }[]
  /** How many different ones there were. */
  distinct: number
  /** Values that no rule compares as a whole: objects, and lists of anything but texts. */
  other: number
}

export interface ValueCounter {
  add(value: Known<SignalValue> | JsonValue | undefined): void
  result(): ValueCounts
}

const mostShown = 20
/** Longer texts are counted, but not shown. */
const longestShown = 256

/** Counts what one signal had. Its memory is bounded by how many values are added. */
export function createValueCounter(): ValueCounter {
  const missing = { not_provided: 0, not_applicable: 0, unavailable: 0 }
  const numbers: number[] = []
  const counts = new Map<boolean | number | string, number>()
  let known = 0
  let other = 0

  function note(value: boolean | number | string): void {
    counts.set(value, (counts.get(value) ?? 0) + 1)
  }

  return {
    add(value) {
      if (value === undefined || value === null) missing.not_provided += 1
      else if (isMissing(value)) missing[value.missing as MissingReason] += 1
      else {
        known += 1
        if (typeof value === 'number') numbers.push(value)
        if (typeof value !== 'object') note(value)
        else if (Array.isArray(value) && value.every((member) => typeof member === 'string'))
          for (const member of new Set<string>(value)) note(member)
        else other += 1
      }
    },
    result() {
      const shown = [...counts].filter(([value]) => typeof value !== 'number' || counts.size <= mostShown)
      shown.sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
      return {
        known,
        missing,
        ...(numbers.length > 0 && { numbers: describeSpread(numbers) }),
        values: shown
          .filter(([value]) => typeof value !== 'string' || value.length <= longestShown)
          .slice(0, mostShown)
          .map(([value, count]) => ({ value, count })),
        distinct: counts.size,
        other,
      }
    },
  }
}
