import assert from 'node:assert/strict'
import { test } from 'node:test'
import { doneSteps, sentenceOfSteps } from './steps.ts'

const nothing = {
  isOriginAllowed: undefined,
  hasAction: undefined,
  hasKey: false,
  hasTrack: undefined,
  isEnrolled: undefined,
  hasPassed: undefined,
}

test('a step is done when it shows, and what comes later shows what came before', () => {
  assert.deepEqual([...doneSteps(nothing)], [])
  assert.deepEqual([...doneSteps({ ...nothing, hasAction: true, hasTrack: true })], ['action', 'key', 'server'])
  assert.deepEqual([...doneSteps({ ...nothing, hasPassed: true })], ['page', 'challenge'])
})

test('the page says how many steps are left, and which is next', () => {
  assert.match(sentenceOfSteps(doneSteps(nothing)), /^Six steps .* Next: say where your application runs\.$/)
  const all = { isOriginAllowed: true, hasAction: true, hasKey: true, hasTrack: true, isEnrolled: true, hasPassed: false }
  assert.match(sentenceOfSteps(doneSteps(all)), /^One more step .* Next: pass the first challenge\.$/)
  assert.match(sentenceOfSteps(doneSteps({ ...all, hasPassed: true })), /is passed\./)
})
