import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'

const root = path.join(import.meta.dirname, '../../../..')
const description = JSON.parse(readFileSync(path.join(root, 'docs/openapi.json'), 'utf8'))
const bodyOf = (method: string, route: string) =>
  description.paths[`/v1/management${route}`][method].requestBody.content['application/json'].schema.properties
const policy = bodyOf('put', '/action-configurations/{actionCode}/policy')

function sourceOf(page: string): string {
  const folder = path.join(import.meta.dirname, '../pages', page)
  const files = readdirSync(folder).filter((name) => /\.tsx?$/.test(name) && !name.includes('.test.'))
  return files.map((name) => readFileSync(path.join(folder, name), 'utf8')).join('\n')
}

/** No release takes anything but `null` for these. */
const isSupported = ([, { description: text }]: [string, { description?: string }]) => !text?.startsWith('Not supported')
const membersOf = (properties: Record<string, { description?: string }>) =>
  Object.entries(properties)
    .filter(isSupported)
    .map(([name]) => name)

function assertSet(page: string, members: readonly string[], others: Readonly<Record<string, string>>): void {
  const source = sourceOf(page)
  const unset = members.filter(
    (name) => !Object.hasOwn(others, name) && !new RegExp(`\\{ ${name}\\b|\\b${name}:|, ${name} \\}`).test(source),
  )
  assert.deepEqual(unset, [], `${page} has no control for these`)
}

test('every member of a rule that the API takes is set in the editor', () => {
  assertSet('rule-editor', membersOf(policy.rules.items.properties), {
    ruleId: 'stays as it is',
    isActive: 'is the mode',
    priority: 'is the place among the others',
    snoozes: 'take effect at once, on the page of the policy',
  })
})

test('every member of a policy and of an action that the API takes is set on the page of the policy', () => {
  assertSet('policy', membersOf(policy), {
    rules: 'are the cards',
    settings: 'are the members of the action',
    tests: 'are saved from the bench of the editor',
    expectedPolicyVersion: 'goes along with the save',
    message: 'is asked for before the save',
  })
  assertSet('policy', membersOf(bodyOf('patch', '/action-configurations/{actionCode}')), {
    actionCode: 'stays as it is',
    actionType: 'has one value',
    tenantId: 'stays as it is',
  })
})
