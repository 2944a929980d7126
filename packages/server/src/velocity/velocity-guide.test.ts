import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { velocityTemplates } from './templates.ts'

const guide = readFileSync(new URL('../../../../docs/velocity.md', import.meta.url), 'utf8')

test('the guide to velocity shows the templates as they are', () => {
  const blocks = (kind: string) =>
    [...guide.matchAll(new RegExp(`\`\`\`json ${kind}\n(.*?)\n\`\`\``, 'gs'))].map(([, text = '']) => JSON.parse(text))
  assert.deepEqual(
    blocks('feature'),
    velocityTemplates.map(({ features }) => features[0]),
  )
  assert.deepEqual(
    blocks('rule'),
    velocityTemplates.map(({ rule: { name, outcome, conditions } }) => ({ name, type: outcome, conditions })),
  )
  for (const { title, purpose } of velocityTemplates) assert.ok(guide.includes(`### ${title}\n\n${purpose}`), title)
})
