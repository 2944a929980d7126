/**
 * Durations by labels, counted in buckets.
 *
 * The histogram of `prom-client` builds a string from the labels at every observation, which cost a track 5 % of its time. This one finds
 * the counts of known labels by identity, and builds text only when Prometheus asks.
 */
export interface DurationHistogram {
  /** `labels` in the order of `labelNames`. Use few combinations: each is kept for the life of the process. */
  observe(labels: readonly (string | number)[], seconds: number): void
  /** Prometheus text exposition format, version 0.0.4 ("Histograms and summaries"), without a newline at the end. */
  render(): string
}

export interface DurationHistogramOptions {
  name: string
  help: string
  labelNames: readonly string[]
  /** Upper bounds in seconds, inclusive, ascending. */
  bounds: readonly number[]
}

interface Series {
  labels: readonly (string | number)[]
  /** One for each bound, and one for durations above all of them. */
  counts: number[]
  sum: number
}

interface Branch {
  next: Map<string | number, Branch>
  series: Series | undefined
}

export function createDurationHistogram({ name, help, labelNames, bounds }: DurationHistogramOptions): DurationHistogram {
  const root: Branch = { next: new Map(), series: undefined }
  const all: Series[] = []

  function seriesOf(labels: readonly (string | number)[]): Series {
    let branch = root
    for (const label of labels) {
      let next = branch.next.get(label)
      if (next === undefined) {
        next = { next: new Map(), series: undefined }
        branch.next.set(label, next)
      }
      branch = next
    }
    if (branch.series === undefined) {
      branch.series = { labels: [...labels], counts: new Array(bounds.length + 1).fill(0), sum: 0 }
      all.push(branch.series)
    }
    return branch.series
  }

  function renderSeries({ labels, counts, sum }: Series): string[] {
    const named = labelNames.map((label, index) => `${label}="${escapeLabel(String(labels[index]))}"`).join(',')
    let total = 0
    const buckets = counts.map((count, index) => {
      total += count
      return `${name}_bucket{le="${bounds[index] ?? '+Inf'}",${named}} ${total}`
    })
    return [...buckets, `${name}_sum{${named}} ${sum}`, `${name}_count{${named}} ${total}`]
  }

  return {
    observe(labels, seconds) {
      const series = seriesOf(labels)
      let bucket = 0
      while (bucket < bounds.length && seconds > (bounds[bucket] as number)) bucket += 1
      series.counts[bucket] = (series.counts[bucket] as number) + 1
      series.sum += seconds
    },
    render: () => [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`, ...all.flatMap(renderSeries)].join('\n'),
  }
}

function escapeLabel(label: string): string {
  return label.replace(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`))
}
