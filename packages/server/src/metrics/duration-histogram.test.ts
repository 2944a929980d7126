import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Histogram, Registry } from 'prom-client'
import { createDurationHistogram } from './duration-histogram.ts'

const described = { name: 'wait_seconds', help: 'How long it took' }
const bounds = [0.001, 0.01, 0.1, 1]

test('durations are told to Prometheus as its own library tells them, whatever the labels', async () => {
  const seconds = fc.oneof(fc.constantFrom(0, ...bounds), fc.double({ min: 0, max: 2, noNaN: true }))
  const observation = fc.record({ route: fc.constantFrom('/a', '/b "quoted"', '/c\\d\ne'), status: fc.constantFrom(200, 404), seconds })
  await fc.assert(
    fc.asyncProperty(fc.array(observation), async (observations) => {
      const ours = createDurationHistogram({ ...described, labelNames: ['route', 'status'], bounds })
      const registry = new Registry()
      const theirs = new Histogram({ ...described, labelNames: ['route', 'status'], buckets: bounds, registers: [registry] })
      for (const { route, status, seconds } of observations) {
        ours.observe([route, status], seconds)
        theirs.observe({ route, status }, seconds)
      }
      assert.equal(`${ours.render()}\n`, await registry.metrics())
    }),
  )
})
