import assert from 'node:assert/strict'
import { test } from 'node:test'
import { liveThrough } from './live-through.ts'

const hourMs = 3_600_000
const turn = () => new Promise((resolve) => setImmediate(resolve))

test('users act at once, but each one in order, and nobody is a day ahead', async () => {
  const steps = Array.from({ length: 600 }, (_, index) => ({ at: index * hourMs, userId: `user-${index % 7}`, index }))
  const underWay = new Set<(typeof steps)[number]>()
  let most = 0
  const done: number[] = []
  await liveThrough(
    steps,
    async (step) => {
      for (const other of underWay) assert.ok(other.userId !== step.userId && step.at - other.at <= 20 * hourMs)
      underWay.add(step)
      most = Math.max(most, underWay.size)
      for (let turns = 0; turns < 1 + (step.index % 3); turns += 1) await turn()
      underWay.delete(step)
    },
    (count) => done.push(count),
  )
  assert.equal(most, 7)
  assert.deepEqual(
    done,
    steps.map((_, index) => index + 1),
  )
})

test('the first failure ends it, after what is under way', async () => {
  const lived: number[] = []
  const steps = [0, 1, 2, 3, 100].map((hours) => ({ at: hours * hourMs, userId: `user-${hours}`, hours }))
  const live = async ({ hours }: (typeof steps)[number]) => {
    await turn()
    if (hours === 1) throw new Error('full')
    lived.push(hours)
  }
  await assert.rejects(
    liveThrough(steps, live, () => undefined),
    /full/,
  )
  assert.deepEqual(lived, [0, 2, 3])
})
