import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCustom } from './parse-custom.ts'

test('each line is a name and a value: a number, true or false, a list, or else a text', () => {
  assert.deepEqual(parseCustom('amount = 500\nisNew=true\ncountry = DE\nnote = a = b\n= 3\nempty = \nnothing'), {
    amount: 500,
    isNew: true,
    country: 'DE',
    note: 'a = b',
  })
})
