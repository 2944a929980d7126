import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DataSet, remedyOf } from './remedy.ts'

test('a data set that is not current says why and which command helps', () => {
  assert.equal(remedyOf({ state: 'current' } as DataSet), undefined)
  assert.deepEqual(remedyOf({ state: 'absent', remedy: 'npm install @x/city (130 MB)' } as DataSet), {
    why: 'Not installed:',
    command: 'npm install @x/city',
    note: '(130 MB)',
  })
  assert.deepEqual(remedyOf({ state: 'stale', remedy: 'sallyport ip update' } as DataSet), {
    why: 'Too old to say no:',
    command: 'sallyport ip update',
    note: undefined,
  })
  assert.equal(remedyOf({ state: 'broken' } as DataSet)?.command, undefined)
})
