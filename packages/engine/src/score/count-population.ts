import { levels } from './levels.ts'
import type { AcceptedSample, LevelStatistics, PopulationStatistics } from './population.ts'

/**
 * Population statistics while they are being counted: the only thing here that changes in place. Statistics that were published before do
 * not change with it.
 *
 * Each level keeps its most frequent values (`kept` after a cut, twice as many before) and an upper bound for how often any value that was
 * cut had been seen (Manku and Motwani, "Approximate frequency counts over data streams", 2002). After four million actions all counts are
 * halved, so that recent behaviour outweighs old behaviour.
 */
export interface PopulationCounter {
  /** Samples added since the counter was made or last merged into. */
  readonly added: number
  add(sample: AcceptedSample): void
  /** Adds the counts of another counter. */
  merge(other: PopulationStatistics): void
  /** The current counts. */
  statistics(): PopulationStatistics
}

const kept = 1000
const most = 4_000_000

interface CountedLevel {
  total: number
  counts: Map<string | number, number>
  rest: number
  cut: number
}

export function createPopulationCounter(start?: PopulationStatistics): PopulationCounter {
  const counted: CountedLevel[] = levels.map(() => ({ total: 0, counts: new Map(), rest: 0, cut: 0 }))
  let users = 0
  let added = 0

  function count(level: CountedLevel, value: string | number, times: number): void {
    level.total += times
    level.counts.set(value, (level.counts.get(value) ?? 0) + times)
    if (level.counts.size > 2 * kept) cutRarest(level)
    if (level.total > most) halve(level)
  }

  function merge(other: PopulationStatistics): void {
    users += other.users
    other.levels.forEach((from, index) => {
      const level = counted[index]
      if (level === undefined) return
      let named = 0
      for (const [value, times] of from.counts) {
        count(level, value, times)
        named += times
      }
      level.total += Math.max(0, from.total - named)
      level.rest = Math.max(level.rest, from.rest)
      level.cut += Math.max(0, from.distinct - from.counts.size)
    })
  }

  if (start !== undefined) merge(start)
  return {
    get added() {
      return added
    },
    add({ values, isFirst }) {
      added += 1
      if (isFirst) users += 1
      for (let i = 0; i < counted.length; i++) {
        const value = values[i]
        if (value !== null && value !== undefined) count(counted[i] as CountedLevel, value, 1)
      }
    },
    merge,
    statistics: () => ({ users, levels: counted.map(toStatistics) }),
  }
}

function toStatistics({ total, counts, rest, cut }: CountedLevel): LevelStatistics {
  return { total, counts: new Map(counts), rest, distinct: counts.size + cut }
}

function cutRarest(level: CountedLevel): void {
  const sorted = [...level.counts].sort((a, b) => b[1] - a[1])
  level.counts = new Map(sorted.slice(0, kept))
  level.cut += sorted.length - kept
  level.rest = Math.max(level.rest, sorted[kept]?.[1] ?? 0)
}

function halve(level: CountedLevel): void {
  level.total = Math.floor(level.total / 2)
  level.rest = Math.ceil(level.rest / 2)
  for (const [value, times] of level.counts) {
    if (times > 1) level.counts.set(value, Math.floor(times / 2))
    else level.counts.delete(value)
  }
}
