import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeInputs, inputsOf, isRequired, withInput } from './required-inputs.ts'

const dataPoints = ['amount', 'ip']

test('a track can be required to bring the plain inputs, the data points of actions, and what is required already', () => {
  const inputs = inputsOf(dataPoints, ['custom.amount', 'gone'])
  assert.deepEqual(
    inputs.map(({ id }) => id),
    ['ip', 'device', 'userAgent', 'amount', 'custom.ip', 'gone'],
  )
  assert.deepEqual(
    inputs.filter((input) => isRequired(['custom.amount', 'custom.ip'], input)).map(({ id }) => id),
    ['amount', 'custom.ip'],
  )
})

test('an input that is taken away goes under each of its names', () => {
  const amount = inputsOf(dataPoints, []).find(({ id }) => id === 'amount') ?? assert.fail()
  assert.deepEqual(withInput(['ip', 'custom.amount'], amount, false), ['ip'])
  assert.deepEqual(withInput(['ip', 'custom.amount'], amount, true), ['ip', 'amount'])
})

test('the sentence says what happens without the inputs', () => {
  const inputs = inputsOf(dataPoints, [])
  assert.match(describeInputs([], 'REFUSE', inputs), /needs nothing/)
  assert.equal(describeInputs(['ip', 'amount'], 'REFUSE', inputs), 'A track without the address and amount is refused.')
  assert.match(describeInputs(['ip'], 'FAIL_CLOSED', inputs), /strictest outcome/)
})
