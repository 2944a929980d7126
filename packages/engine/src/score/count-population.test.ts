import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPopulationCounter } from './count-population.ts'
import { populationCount, populationShare } from './population.ts'

const sampleOf = (address: string) => ({ values: [address, 1, 'NZ', null, 'Chrome', 'Windows', 'desktop', 9], isFirst: true })

test('a counter stays within its bounds, keeps the frequent and never says less than it saw', () => {
  const counter = createPopulationCounter()
  const seen = new Map<string, number>()
  for (let i = 0; i < 30_000; i++) {
    const address = i % 3 === 0 ? `often-${i % 10}` : `once-${i}`
    seen.set(address, (seen.get(address) ?? 0) + 1)
    counter.add(sampleOf(address))
  }
  const { users, levels } = counter.statistics()
  const [addresses] = levels
  assert.ok(addresses !== undefined && addresses.counts.size <= 2000)
  assert.equal(addresses.total, 30_000)
  assert.equal(users, 30_000)
  for (const [address, times] of seen) assert.ok(populationCount(addresses, address) >= Math.min(times, 1), address)
  for (let i = 0; i < 10; i++) assert.equal(addresses.counts.get(`often-${i}`), seen.get(`often-${i}`))
  assert.ok(addresses.distinct >= 20_000)
})

test('what was published does not change, and counts that are merged are as if counted together', () => {
  const [all, first, second] = [createPopulationCounter(), createPopulationCounter(), createPopulationCounter()]
  for (let i = 0; i < 100; i++) {
    const sample = sampleOf(`a${i % 7}`)
    all.add(sample)
    ;(i % 2 === 0 ? first : second).add(sample)
  }
  const published = first.statistics()
  const text = () => JSON.stringify(published.levels.map(({ counts, ...rest }) => [rest, [...counts]]))
  const before = text()
  first.merge(second.statistics())
  assert.equal(text(), before)
  const sorted = (statistics: typeof published) => statistics.levels.map(({ counts, ...rest }) => [rest, [...counts].sort()])
  assert.deepEqual(sorted(first.statistics()), sorted(all.statistics()))
})

test('the share of a value is between 0 and 1, and says little where little was counted', () => {
  const counter = createPopulationCounter()
  const shareOf = () => populationShare(counter.statistics().levels[2] ?? assert.fail(), 'FJ')
  assert.equal(shareOf(), 1)
  for (let i = 0; i < 99; i++) counter.add(sampleOf('a'))
  assert.equal(shareOf(), 0.01)
})
