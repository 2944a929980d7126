import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mayManage, rolesToGive } from './roles.ts'

test('an owner gives every role, an admin every one but owner, everybody else none', () => {
  assert.deepEqual(
    rolesToGive('owner').map(({ value }) => value),
    ['owner', 'admin', 'analyst', 'support', 'viewer'],
  )
  assert.deepEqual(
    rolesToGive('admin').map(({ value }) => value),
    ['admin', 'analyst', 'support', 'viewer'],
  )
  assert.deepEqual(rolesToGive('analyst'), [])
  assert.equal(mayManage('admin', 'owner'), false)
})
