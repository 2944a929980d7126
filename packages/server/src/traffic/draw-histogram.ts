/** How numbers are spread. All that is needed to draw them, and a limit into them. */
export interface Spread {
  min: number
  max: number
  /** The value that this share of the numbers does not exceed. */
  quantiles: { share: number; value: number }[]
  /** Bars side by side: `counts[n]` numbers are from `bounds[n]` up to, but not including, `bounds[n + 1]`; in the last bar including it. */
  histogram: { bounds: number[]; counts: number[] }
}

const shares = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]
const usualBars = 24

/** Of at least one number. The bars are equally wide at round bounds; the first and the last reach as far as the few numbers far outside. */
export function describeSpread(numbers: readonly number[]): Spread {
  const sorted = Float64Array.from(numbers).sort()
  const quantile = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
  const [min, max] = [sorted[0] ?? 0, sorted[sorted.length - 1] ?? 0]
  const bounds = boundsOf(sorted, min, max, quantile(0.01), quantile(0.99))
  return {
    min,
    max,
    quantiles: shares.map((share) => ({ share, value: quantile(share) })),
    histogram: { bounds, counts: count(sorted, bounds) },
  }
}

function boundsOf(sorted: Float64Array, min: number, max: number, low: number, high: number): number[] {
  const hasOutliers = high > low && max - min > 2 * (high - low)
  const [from, to] = hasOutliers ? [low, high] : [min, max]
  const step = roundStep((to - from) / usualBars || Math.abs(from) / 10 || 1, sorted.every(Number.isInteger))
  const first = Math.floor(from / step)
  const bounds: number[] = []
  for (let n = 0; n <= 2 * usualBars; n++) {
    bounds.push(Number(((first + n) * step).toPrecision(12)))
    if (n > 0 && (first + n) * step > to) break
  }
  if (min < (bounds[0] ?? min)) bounds.unshift(min)
  if (max > (bounds.at(-1) ?? max)) bounds.push(max)
  // Numbers too large or too close together for round bounds.
  const areRound = bounds.every((bound, n) => Number.isFinite(bound) && (n === 0 || bound > (bounds[n - 1] ?? bound)))
  return areRound ? bounds : [min, max]
}

/** The next larger of 1, 2, 5, 10 … at any scale. */
function roundStep(width: number, areWhole: boolean): number {
  const scale = 10 ** Math.floor(Math.log10(width))
  const step = [1, 2, 5, 10].map((factor) => factor * scale).find((candidate) => candidate >= width * 0.999) ?? width
  return areWhole ? Math.max(1, step) : step
}

function count(sorted: Float64Array, bounds: readonly number[]): number[] {
  const counts = new Array<number>(Math.max(1, bounds.length - 1)).fill(0)
  let bar = 0
  for (const number of sorted) {
    while (bar < counts.length - 1 && number >= (bounds[bar + 1] ?? Number.POSITIVE_INFINITY)) bar += 1
    counts[bar] = (counts[bar] ?? 0) + 1
  }
  return counts
}
