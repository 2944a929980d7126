import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { fillPage, readBenchmarks } from './scaling-page.ts'
import { assumptions, embeddedLimit, planFor, type ScalingInputs } from './scaling-plan.ts'

const docs = path.join(import.meta.dirname, '../docs')
const inputs: ScalingInputs = {
  embeddedCpu: 200,
  embeddedBytes: 600,
  serverCpu: 150,
  databaseCpu: 100,
  databaseBytes: 1_000,
  logBytes: 2_000,
}

test('the tables of docs/scaling.md are what the measurements in docs/benchmarks/ give', () => {
  const page = readFileSync(path.join(docs, 'scaling.md'), 'utf8')
  assert.equal(page, fillPage(page, readBenchmarks()), 'run node bench/scaling-page.ts')
})

test('the prices and shares that the page states are those that it is worked out with', () => {
  const page = readFileSync(path.join(docs, 'scaling.md'), 'utf8')
  const { busyShare, peakOverMean, monthsKept, copies, processorsOfDatabase, gigabytesOfDatabase, dollarsOfProcessor, dollarsOfGigabyte } =
    assumptions
  for (const stated of [
    `${busyShare * 100} % busy`,
    `${peakOverMean} times the mean`,
    `${monthsKept} months`,
    `${copies} copies`,
    `${processorsOfDatabase} virtual processors`,
    `${gigabytesOfDatabase / 1_000} TB`,
    `US$ ${dollarsOfProcessor}`,
    `US$ ${dollarsOfGigabyte}`,
  ]) {
    assert.ok(page.includes(stated), stated)
  }
})

test('what one busy half of a processor can decide stays on the embedded store', () => {
  const limit = embeddedLimit(inputs)
  assert.equal(limit, 2_500)
  assert.equal(planFor(limit, inputs).store, 'embedded')
  assert.equal(planFor(limit + 1, inputs).store, 'postgres')
})

test('processes, primaries and bytes follow from the rate', () => {
  const plan = planFor(100_000, inputs)
  assert.equal(plan.processes, 31)
  assert.equal(plan.shards, 65)
  assert.equal(plan.gigabytesOfMonth, 86_400)
  assert.equal(plan.logPerSecond, 200)
})
