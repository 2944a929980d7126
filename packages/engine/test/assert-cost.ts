import assert from 'node:assert/strict'

/** What a call costs in milliseconds: the best of some calls, or the first that is enough, because other processes share the machine. */
export function costOf(work: () => unknown, isEnough: (cost: number) => boolean = () => false, tries = 10): number {
  let best = Number.POSITIVE_INFINITY
  for (let i = 0; i < tries && !isEnough(best); i++) {
    const startedAt = performance.now()
    work()
    best = Math.min(best, performance.now() - startedAt)
  }
  return best
}

/** Asserts that a call costs at most so many times what another one costs, which is measured before it. */
export function assertCost(work: () => unknown, times: number, reference: () => unknown, what = ''): void {
  const unit = costOf(reference)
  const cost = costOf(work, (best) => best <= times * unit)
  assert.ok(cost <= times * unit, `${what} ${cost} ms are more than ${times} times ${unit} ms`)
}
