import assert from 'node:assert/strict'
import { test } from 'node:test'
import { routeRoles } from '../../generated/route-roles.ts'
import { mayCall, type Route } from './me.ts'

test('what a role may do comes from the API description', () => {
  assert.equal(mayCall('analyst', 'POST /value-lists'), true)
  assert.equal(mayCall('viewer', 'POST /value-lists'), false)
  for (const route of Object.keys(routeRoles) as Route[]) assert.equal(mayCall('owner', route), true, route)
})
