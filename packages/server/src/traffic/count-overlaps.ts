import type { Instance, PolicyDefinition } from '@sallyport/engine'

/** What a rule had in common with the others, in the events that were looked at. */
export interface RuleOverlap {
  /** Events in which it matched, or would have in shadow mode. */
  hits: number
  /** Of these, those in which no other active rule matched. */
  alone: number
  /** Of these, those in which another rule matched, or would have; the largest number first. */
  with: { ruleId: string; events: number }[]
  /** Milliseconds UTC, of the last of them. */
  lastAt: number
}

export interface OverlapCounter {
  add(events: readonly Instance[]): void
  result(): Map<string, RuleOverlap>
}

const mostOthers = 20

interface Marks {
  /** A bit for each event. */
  bits: Uint32Array
  hits: number
  alone: number
  lastAt: number
}

/** Counts overlaps of rules in at most so many events. Takes the events of one action; how many of its rules match one of them makes it no slower than that. */
export function createOverlapCounter(mostEvents: number): OverlapCounter {
  const rules = new Map<string, Marks>()
  const words = Math.ceil(mostEvents / 32)
  let seen = 0

  function mark(ruleId: string, { createdAt }: Instance, isAlone: boolean): void {
    let marks = rules.get(ruleId)
    if (marks === undefined) {
      marks = { bits: new Uint32Array(words), hits: 0, alone: 0, lastAt: createdAt }
      rules.set(ruleId, marks)
    }
    marks.bits[seen >>> 5] = (marks.bits[seen >>> 5] ?? 0) | (1 << (seen & 31))
    marks.hits += 1
    if (isAlone) marks.alone += 1
    marks.lastAt = Math.max(marks.lastAt, createdAt)
  }

  return {
    add(events) {
      for (const instance of events) {
        const active = new Set(instance.ruleIds)
        for (const ruleId of active) mark(ruleId, instance, active.size === 1)
        // A rule that was in both modes within one policy does not exist; a set, because what is stored is not trusted to know that.
        for (const ruleId of new Set(instance.shadowRuleIds)) if (!active.has(ruleId)) mark(ruleId, instance, active.size === 0)
        seen += 1
      }
    },
    result() {
      const all = [...rules]
      return new Map(
        all.map(([ruleId, { bits, hits, alone, lastAt }]) => {
          const others = all.flatMap(([other, marks]) => {
            const events = other === ruleId ? 0 : countCommon(bits, marks.bits)
            return events === 0 ? [] : [{ ruleId: other, events }]
          })
          others.sort((a, b) => b.events - a.events || (a.ruleId < b.ruleId ? -1 : 1))
          return [ruleId, { hits, alone, lastAt, with: others.slice(0, mostOthers) }]
        }),
      )
    },
  }
}

function countCommon(a: Uint32Array, b: Uint32Array): number {
  let count = 0
  for (let n = 0; n < a.length; n++) {
    let common = (a[n] ?? 0) & (b[n] ?? 0)
    while (common !== 0) {
      common &= common - 1
      count += 1
    }
  }
  return count
}

/** Fewer events say nothing about a rule. */
const fewestHits = 20

/**
 * The rules that decide nothing because another one, which comes first, always matches with them: by the id of each, the id of the first that does. Both are
 * active.
 */
export function findCoveredRules({ rules }: PolicyDefinition, overlaps: ReadonlyMap<string, RuleOverlap>): Map<string, string> {
  const covered = new Map<string, string>()
  const active = rules.filter(({ mode }) => mode === 'active').toSorted((a, b) => a.priority - b.priority)
  for (const [place, { ruleId }] of active.entries()) {
    const overlap = overlaps.get(ruleId)
    if (overlap === undefined || overlap.hits < fewestHits) continue
    const whole = new Set(overlap.with.filter(({ events }) => events === overlap.hits).map((other) => other.ruleId))
    const cover = active.slice(0, place).find((other) => whole.has(other.ruleId))
    if (cover !== undefined) covered.set(ruleId, cover.ruleId)
  }
  return covered
}
