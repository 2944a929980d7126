import { Counter, type Registry } from 'prom-client'

/**
 * Counts by labels that come from tenants, such as ids. A Prometheus server pays for every combination it ever saw, so only the first `mostSeries`
 * combinations are told apart. Everything after that is counted under `other`.
 */
export interface BoundedCounter {
  /** `labels` in the order of `labelNames`. */
  add(labels: readonly string[], count?: number): void
}

export interface BoundedCounterOptions {
  name: string
  help: string
  labelNames: readonly string[]
  register: Registry
  mostSeries?: number
}

interface Series {
  labels: readonly string[]
  count: number
}

export function createBoundedCounter({ name, help, labelNames, register, mostSeries = 500 }: BoundedCounterOptions): BoundedCounter {
  const series = new Map<string, Series>()
  const other: Series = { labels: labelNames.map(() => 'other'), count: 0 }
  new Counter({
    name,
    help,
    labelNames: [...labelNames],
    registers: [register],
    collect() {
      this.reset()
      for (const { labels, count } of series.values()) this.inc(named(labels), count)
      if (other.count > 0) this.inc(named(other.labels), other.count)
    },
  })

  function named(labels: readonly string[]): Record<string, string> {
    return Object.fromEntries(labelNames.map((label, place) => [label, labels[place] ?? '']))
  }

  return {
    add(labels, count = 1) {
      const key = labels.join('\n')
      let one = series.get(key)
      if (one === undefined) {
        one = series.size < mostSeries ? { labels: [...labels], count: 0 } : other
        if (one !== other) series.set(key, one)
      }
      one.count += count
    },
  }
}
