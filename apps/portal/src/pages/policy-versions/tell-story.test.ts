import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tellStory } from './tell-story.ts'

const actor = { kind: 'system' } as const
const entry = (at: string, event: string, details: Record<string, unknown>) => ({ auditId: at, at, event, details, actor })

test('changes of lists and features that the rules read stand between the versions, and others do not', () => {
  const story = tellStory(
    [
      { version: 2, createdAt: '2026-01-03T00:00:00Z' },
      { version: 1, createdAt: '2026-01-01T00:00:00Z' },
    ],
    [
      entry('2026-01-02T00:00:00Z', 'value_list.updated', { alias: 'mules' }),
      entry('2026-01-04T00:00:00Z', 'velocity_feature.created', { name: 'sent24h' }),
      entry('2026-01-05T00:00:00Z', 'value_list.updated', { alias: 'other' }),
      entry('2026-01-06T00:00:00Z', 'rule.updated', { name: 'mules' }),
    ],
    ['lists.mules', 'velocity.sent24h', 'ip.isTor'],
  )
  assert.deepEqual(
    story.map((chapter) => ('version' in chapter ? chapter.version.version : `${chapter.shared.name} ${chapter.shared.verb}`)),
    ['sent24h created', 2, 'mules updated', 1],
  )
})
