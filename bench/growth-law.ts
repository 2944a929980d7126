/** A size, and the cost at that size. */
export type CostPoint = readonly [size: number, cost: number]

export interface GrowthLaw {
  /** The curve that fits the points best. */
  law: 'flat' | 'logarithmic' | 'linear'
  /** The change per tenfold size as a share of the mean cost: the slope of a line through cost over the logarithm of size. */
  perTenfold: number
  /** The cost at the largest size, divided by the cost at the smallest. */
  total: number
}

/** A slope up to this, per tenfold size, counts as flat: a busy machine varies more on the same work. */
const flatPerTenfold = 0.05

/**
 * Finds the law that a cost follows as something grows, by least squares. A size of 0 has no logarithm and is left out. Needs three distinct
 * sizes.
 */
export function fitGrowth(points: readonly CostPoint[]): GrowthLaw {
  const known = points.filter(([size]) => size > 0)
  if (new Set(known.map(([size]) => size)).size < 3) throw new Error('three different sizes make a slope')
  const logarithmic = fitLine(known.map(([size, cost]) => [Math.log10(size), cost]))
  const linear = fitLine(known)
  const perTenfold = logarithmic.slope / logarithmic.mean
  const [smallest, largest] = [known[0], known.at(-1)]
  const total = (largest?.[1] ?? Number.NaN) / (smallest?.[1] ?? Number.NaN)
  if (Math.abs(perTenfold) <= flatPerTenfold) return { law: 'flat', perTenfold, total }
  return { law: logarithmic.error <= linear.error ? 'logarithmic' : 'linear', perTenfold, total }
}

/** The fit as a sentence. */
export function describeGrowth(what: string, points: readonly CostPoint[]): string {
  const { law, perTenfold, total } = fitGrowth(points)
  const known = points.filter(([size]) => size > 0)
  const [from, to] = [known[0]?.[0] ?? 0, known.at(-1)?.[0] ?? 0].map((size) => size.toLocaleString('en'))
  const change = `${perTenfold < 0 ? '−' : '+'}${Math.abs(perTenfold * 100).toFixed(1)} %`
  const verdict = { flat: '**Flat**', logarithmic: '**Logarithmic**', linear: '**Closer to linear than to logarithmic**' }[law]
  return `${verdict} in ${what}: from ${from} to ${to} the cost is ${total.toFixed(2)} times; the fitted slope is ${change} of the mean for each tenfold.`
}

function fitLine(points: readonly CostPoint[]): { slope: number; mean: number; error: number } {
  const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [meanX, mean] = [average(points.map(([x]) => x)), average(points.map(([, y]) => y))]
  const slope = average(points.map(([x, y]) => (x - meanX) * (y - mean))) / average(points.map(([x]) => (x - meanX) ** 2))
  return { slope, mean, error: average(points.map(([x, y]) => (y - mean - slope * (x - meanX)) ** 2)) }
}
