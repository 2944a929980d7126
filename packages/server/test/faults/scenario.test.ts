import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestApp } from '../support/test-app.ts'
import { createFaultSwitch } from './fault-switch.ts'
import { openWithFaults } from './open-with-faults.ts'
import { scenario } from './scenario.ts'
import { sweep } from './sweep.ts'

test('RE-03: the scenario that is played with faults has every route that writes', async (t) => {
  const opened = await openWithFaults(t)
  await sweep({ ...opened, faults: createFaultSwitch(), ways: [], first: 0 })
  assert.deepEqual(await untriedRoutes(opened.made), [])
})

test('each step of the scenario has a title of its own', () => {
  const titles = scenario.map(({ title }) => title)
  assert.deepEqual(
    titles.filter((title, place) => titles.indexOf(title) !== place),
    [],
  )
})

/**
 * What changes nothing; the same as others, with a cookie; work that goes on after the answer, or on another thread: `after-a-failure.test.ts`; or messages with codes. What is sent
 * cannot be taken back, so the same request again sends another code and counts once more: `sweep-counts.ts` holds what is counted of a failure.
 */
const triedElsewhere = [
  /\/limits\/preview$/,
  /\/web$/,
  /\/backfill$/,
  /\/backtests$/,
  /^\/v1\/client\/[\w-]+\/(email-otp|email-magic-link|sms|whatsapp)\b/,
  /^\/v1\/(challenge|verify|claim)$/,
]

async function untriedRoutes({ app }: TestApp): Promise<string[]> {
  const document: { paths: Record<string, object> } = (await app.inject('/openapi.json')).json()
  const metrics = (await app.inject('/metrics')).body
  return Object.entries(document.paths).flatMap(([path, methods]) => {
    const route = path.replaceAll(/\{(\w+)\}/g, ':$1')
    return Object.keys(methods)
      .filter((method) => method !== 'get' && !triedElsewhere.some((pattern) => pattern.test(path)))
      .filter((method) => !metrics.includes(`{method="${method.toUpperCase()}",route="${route}",status="200"}`))
      .map((method) => `${method} ${path}`)
  })
}
