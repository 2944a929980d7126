import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hostileCondition, standardCondition } from '../../test/arbitrary-conditions.ts'
import { assertCost, costOf } from '../../test/assert-cost.ts'
import { conditionsContext as context } from '../../test/conditions-context.ts'
import type { JsonValue } from '../facts/json-value.ts'
import { compileCondition } from '../language/compile-condition.ts'
import { operatorNames } from '../language/operator-name.ts'
import { signatures } from '../language/operator-signatures.ts'
import { validateConditions } from './validate-conditions.ts'

const numRuns = process.env.FUZZ === '1' ? 100_000 : 300

const v = (name: string): JsonValue => ({ var: name })
const amount = v('custom.amount')

function findings(conditions: JsonValue): string[] {
  return validateConditions(conditions, context).map(({ severity, path, message }) => `${severity} ${path}: ${message}`)
}

test('conditions that are in order have no findings', () => {
  const inOrder: (JsonValue | undefined)[] = [
    undefined,
    {},
    { and: [] },
    { and: [{ '==': [v('ip.isAnonymous'), true] }] },
    { or: [{ and: [{ '>': [amount, 1000] }, { '==': [v('device.isNew'), true] }] }, { '==': [v('device.isBot'), true] }] },
    { in: [v('ip.countryCode'), v('lists.blocked-countries')] },
    { '!': [{ in: [v('ip.countryCode'), ['NZ', 'AU']] }] },
    { '>': [amount, { '*': [0.5, v('user.custom.balance')] }] },
    { '>=': [v('velocity.sum24h'), 10] },
    { some: [v('custom.tags'), { in: [v(''), ['gift', 'rush']] }] },
    { in: ['PASSKEY', v('user.enrolledMethods')] },
    { '==': [v('custom.isGift'), true] },
    { between: [v('time.hour'), 1, 5] },
    { distanceWithinKm: [v('ip.location.latitude'), v('ip.location.longitude'), 51.5, -0.1, 50] },
    { matches: [v('user.email'), '\\+.*@'] },
    { inCidr: [v('ip.address'), ['203.0.113.0/24', '2001:db8::/32']] },
    { isMissing: [v('ip.asn'), 'unavailable'] },
    { '!': [{ missing: ['custom.amount', 'device.id'] }] },
    { '>': [{ var: ['velocity.actions1h', 0] }, 5] },
    { if: [v('custom.isGift'), { '>': [amount, 500] }, { '>': [amount, 2000] }] },
    { '>': [{ reduce: [v('custom.tags'), { '+': [v('accumulator'), 1] }, 0] }, 3] },
  ]
  for (const conditions of inOrder) assert.deepEqual(validateConditions(conditions, context), [], JSON.stringify(conditions))
})

test('what is wrong is named with its path', () => {
  const table: [JsonValue, string][] = [
    [true, 'error $: conditions are an object with one operator'],
    [[], 'error $: conditions are an object with one operator'],
    [{ '=': [1, 1] }, 'error $: unknown operator `=`'],
    [{ log: ['x'] }, 'error $: unknown operator `log`'],
    [{ and: [{ '==': [v('ip.isAnonymous'), true], x: 1 }] }, 'error $.and[0]: an operation has one operator, here are 2: `==`, `x`'],
    [{ and: [{}] }, 'error $.and[0]: an empty object stands where an operator should'],
    [{ '==': [v('ip.isAnonimous'), true] }, "error $['=='][0].var: unknown signal `ip.isAnonimous`; did you mean `ip.isAnonymous`?"],
    [{ '==': [v('custom.amuont'), 1] }, "error $['=='][0].var: unknown data point `amuont`; did you mean `custom.amount`?"],
    [{ '==': [v('custom.tier'), 'gold'] }, "error $['=='][0].var: `tier` is a data point of the user: write `user.custom.tier`"],
    [{ in: [v('custom.currency'), v('lists.gone')] }, 'error $.in[1].var: there is no active list `gone`'],
    [{ '==': [v('lists.merchants'), 3] }, "error $['=='][0].var: a list can only be searched, with `in` or `inCidr`"],
    [{ in: [amount, v('lists.blocked-countries')] }, 'error $.in[0]: a number is never in the list, which holds text'],
    [{ '>': [amount, 'many'] }, "error $['>'][1]: `>` compares numbers, not text"],
    [{ '>': [amount, '2000'] }, 'warning $[\'>\'][1]: `>` compares numbers; write 2000 rather than "2000"'],
    [{ '>': [v('device.isNew'), 1] }, "error $['>'][0]: `>` compares numbers, not true or false"],
    [{ '==': [amount, v('custom.currency')] }, "error $['=='][1]: a number is compared with a text, which never holds"],
    [{ '==': [v('ip.isTor'), 'true'] }, "error $['=='][1]: a boolean is compared with a text, which never holds"],
    [{ '==': [amount, null] }, "error $['=='][1]: nothing equals `null`, nor does it differ from it; use `isMissing`"],
    [{ '<': [amount, null] }, "error $['<'][1]: `<` compares numbers, not `null`; use `isMissing` to ask whether a value is missing"],
    [
      { '==': [v('ip.asnType'), 'hostin'] },
      "error $['=='][1]: `hostin` is none of the possible values: isp, mobile, hosting, business, education, government",
    ],
    [{ '==': [v('custom.tags'), 'gift'] }, "error $['=='][1]: arrays are not compared as a whole; use `in`, `some`, `all` or `none`"],
    [{ '==': [amount] }, "error $['==']: `==` takes 2 arguments, not 1"],
    [{ '+': [v('custom.currency'), 1] }, "error $['+'][0]: `+` computes with numbers, not text"],
    [{ matches: [v('user.email'), '('] }, 'error $.matches[1]: not a usable pattern: error parsing regexp: missing closing ): `(`'],
    [{ inCidr: [v('ip.address'), ['10.0.0.0/40']] }, 'error $.inCidr[1][0]: not a network in CIDR notation, such as `203.0.113.0/24`'],
    [{ in: [v('ip.address'), ['10.0.0.0/8']] }, 'warning $.in[1][0]: `in` compares texts; use `inCidr` for networks'],
    [{ '==': [{ var: '__proto__.x' }, 1] }, "error $['=='][0].var: unknown signal `__proto__.x`"],
    [{ '==': [{ var: 'custom.constructor' }, 1] }, "error $['=='][0].var: unknown data point `constructor`"],
    [{ '==': [{ var: { cat: ['a', 'b'] } }, 1] }, "error $['=='][0].var: a signal is named by a text"],
  ]
  for (const [conditions, expected] of table) assert.equal(findings(conditions)[0], expected)
})

test('parts that can never hold or always hold are found', () => {
  const over5: JsonValue = { '>': [amount, 5] }
  const under3: JsonValue = { '<': [amount, 3] }
  const isNew: JsonValue = { '==': [v('device.isNew'), true] }
  const table: [JsonValue, string][] = [
    [{ and: [over5, under3] }, 'error $: can never hold whatever `custom.amount` is'],
    [
      { and: [over5, { or: [under3, isNew] }] },
      'warning $.and[1].or[0]: can never hold here: `custom.amount` is already asked to be something else',
    ],
    [{ or: [{ and: [over5, under3] }, isNew] }, 'warning $.or[0]: can never hold whatever `custom.amount` is'],
    [{ and: [isNew, { '!': [isNew] }] }, 'error $: can never hold whatever `device.isNew` is'],
    [{ and: [isNew, { '==': [v('device.isNew'), false] }] }, 'error $: can never hold whatever `device.isNew` is'],
    [
      { and: [{ '==': [v('ip.countryCode'), 'NZ'] }, { in: [v('ip.location.country.countryCode'), ['AU', 'US']] }] },
      'error $: can never hold whatever `ip.location.country.countryCode` is',
    ],
    [{ '>': [v('time.hour'), 23] }, 'error $: can never hold: `time.hour` is always from 0 to 23'],
    [{ '<': [v('velocity.actions1h'), 0] }, 'error $: can never hold: `velocity.actions1h` is never below 0'],
    [{ between: [amount, 10, 5] }, 'error $: can never hold whatever `custom.amount` is'],
    [{ or: [over5, { '<=': [amount, 5] }] }, 'warning $: always holds where its values are known whatever `custom.amount` is'],
    [{ or: [isNew, { '!=': [v('device.isNew'), true] }] }, 'warning $: always holds where its values are known whatever `device.isNew` is'],
    [{ and: [true, isNew] }, 'warning $.and[0]: always holds where its values are known: it depends on nothing'],
    [{ or: [{ '==': [1, 2] }, isNew] }, 'warning $.or[0]: can never hold: it depends on nothing'],
    [{ and: [{ '==': [1, 2] }, isNew] }, 'error $.and[0]: can never hold: it depends on nothing'],
    [
      { '!': [{ and: [over5, under3] }] },
      "warning $['!'][0]: can never hold whatever `custom.amount` is, so its negation asks for nothing",
    ],
  ]
  for (const [conditions, expected] of table) assert.deepEqual(findings(conditions), [expected])
})

test('RU-04: conditions beyond the limits are refused at once', () => {
  let deep: JsonValue = true
  for (let i = 0; i < 10_000; i++) deep = { and: [deep] }
  let nestedArrays: JsonValue = 1
  for (let i = 0; i < 10_000; i++) nestedArrays = [nestedArrays]
  const wide: JsonValue = { or: Array.from({ length: 501 }, (_, i) => ({ '==': [amount, i] })) }
  const long: JsonValue = { in: [v('custom.currency'), ['x'.repeat(66_000)]] }
  for (const [conditions, expected] of [
    [deep, 'error $: conditions nest at most 32 deep'],
    [{ in: [1, nestedArrays] }, 'error $: conditions nest at most 32 deep'],
    [wide, 'error $: conditions have at most 500 values in them'],
    [{ or: Array(1_000_000).fill(true) }, 'error $: conditions have at most 500 values in them'],
    [long, 'error $: conditions are at most 64 KB of JSON'],
  ] satisfies [JsonValue, string][]) {
    assert.deepEqual(findings(conditions), [expected])
    assertCost(
      () => findings(conditions),
      20,
      () => findings(largest),
    )
  }
})

test('every operator has its number of arguments on record', () => {
  assert.deepEqual(Object.keys(signatures).sort(), [...operatorNames].sort())
})

/** As many values as conditions may have. */
const largest: JsonValue = { or: Array.from({ length: 160 }, (_, i) => ({ '==': [amount, i] })) }

test('RU-04: anything is validated without throwing, in the order of the time of the largest honest conditions, and what passes compiles', () => {
  assert.deepEqual(findings(largest), [])
  const most = 50 * costOf(() => validateConditions(largest, context))
  const renamed = standardCondition().map((conditions) =>
    JSON.parse(JSON.stringify(conditions).replaceAll('custom.payee.name', 'custom.currency')),
  )
  fc.assert(
    fc.property(fc.oneof(hostileCondition(), renamed), (conditions) => {
      const found = validateConditions(conditions, context)
      if (found.every(({ severity }) => severity === 'warning')) compileCondition(conditions, context.lists)
      const cost = costOf(
        () => validateConditions(conditions, context),
        (best) => best <= most,
      )
      assert.ok(cost <= most, `${cost} ms are more than ${most} ms`)
    }),
    { numRuns },
  )
})
