import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { problemsOf, words } from './schema-words.ts'

const schema = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(5)
    .meta({ examples: ['High amount'] }),
  isActive: z.boolean(),
  type: z.enum(['ALLOW', 'BLOCK']),
  count: z.int().min(1).max(9).optional(),
  items: z
    .array(z.union([z.string().max(3), z.number()]))
    .min(1)
    .optional(),
  inner: z.strictObject({ conditions: z.string().optional() }).optional(),
  at: z.iso.datetime({ offset: true }).optional(),
  flag: z.stringbool().optional(),
  byName: z.record(z.string().max(3), z.json()).optional(),
  own: z.string().regex(/a/, 'is not a letter').optional(),
  either: z.union([z.boolean(), z.strictObject({ missing: z.enum(['a', 'b']) })]).optional(),
})

function problems(value: unknown): string[] {
  const { error } = schema.safeParse(value, { error: words })
  return error === undefined ? [] : problemsOf(error)
}

test('D1: every missing field is named at once, with an example', () => {
  assert.deepEqual(problems({}), [
    '`name` is missing: it must be a text, for example `"name": "High amount"`',
    '`isActive` is missing: it must be `true` or `false`, for example `"isActive": true`',
    '`type` is missing: it must be one of ALLOW, BLOCK, for example `"type": "ALLOW"`',
  ])
})

test('D1: what is wrong is said in words, never in those of the schema library', () => {
  const given = {
    name: '',
    isActive: 'yes',
    type: 'allow',
    count: 1.5,
    items: ['long', null],
    inner: { condition: '1' },
    at: '2027-02-31T00:00:00Z',
    flag: 'maybe',
    byName: { long: 1 },
    own: 'b',
    either: { missing: 'c' },
    typ: 1,
  }
  assert.deepEqual(problems(given), [
    '`name` is empty',
    '`isActive` must be `true` or `false`',
    '`type` must be one of ALLOW, BLOCK; did you mean `ALLOW`?',
    '`count` must be a whole number',
    '`items.0` is longer than 3 characters',
    '`items.1` must be a text or a number',
    '`inner`: unknown field `condition` (did you mean `conditions`?)',
    '`at` is not a time with its offset in ISO 8601, such as `2027-01-31T12:00:00Z`',
    '`flag` must be `true` or `false`',
    '`byName.long` has a name that is longer than 3 characters',
    '`own` is not a letter',
    '`either.missing` must be one of a, b',
    'unknown field `typ` (did you mean `type`?)',
  ])
  for (const value of [null, 1, 'x', [], { name: 1, isActive: null, type: 7, count: 10, items: [], inner: [], either: 'x' }]) {
    const found = problems(value)
    assert.ok(found.length > 0)
    assert.doesNotMatch(found.join('\n'), /Invalid|expected|received|undefined|NaN|Unrecognized|Too (big|small)/)
  }
})

test('D1: a request with hundreds of problems names the first twenty', () => {
  const found = problems(Object.fromEntries([['items', Array(500).fill(null)]]))
  assert.equal(found.length, 21)
  assert.match(found.at(-1) ?? '', /^and \d+ more$/)
})
