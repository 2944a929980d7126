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
import { idleEntryFinder } from './check-entries.ts'
import { validateConditions } from './validate-conditions.ts'

const numRuns = process.env.FUZZ === '1' ? 100_000 : 300

const v = (name: string): JsonValue => ({ var: name })
const amount = v('custom.amount')

function findings(conditions: JsonValue): string[] {
  return validateConditions(conditions, context).map(({ severity, path, message }) => `${severity} ${path}: ${message}`)
}

test('conditions that are in order have no findings', () => {
  const inOrder: JsonValue[] = [
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
    [{ '==': [v('ip.version'), 5] }, "error $['=='][1]: `5` is none of the possible values: 4, 6"],
    [{ in: [v('ip.version'), [4, 60]] }, 'error $.in[1][1]: `60` is none of the possible values: 4, 6'],
    [
      { '==': [v('ip.location.city.name'), 'Auckland '] },
      "error $['=='][1]: `Auckland ` is not a name without blanks at its ends, so nothing is ever equal to it; did you mean `Auckland`?",
    ],
    [
      { in: [v('ip.asnName'), ['Spark', '\tSpark NZ']] },
      'error $.in[1][1]: `\tSpark NZ` is not a name without blanks at its ends, so nothing is ever equal to it; did you mean `Spark NZ`?',
    ],
    [
      { '==': [v('ip.asnType'), 'hostin'] },
      "error $['=='][1]: `hostin` is none of the possible values: isp, mobile, hosting, business, education, government; did you mean `hosting`?",
    ],
    [{ '==': [v('custom.tags'), 'gift'] }, "error $['=='][1]: arrays are not compared as a whole; use `in`, `some`, `all` or `none`"],
    [{ '==': [amount] }, "error $['==']: `==` takes 2 arguments, not 1"],
    [{ '+': [v('custom.currency'), 1] }, "error $['+'][0]: `+` computes with numbers, not text"],
    [{ matches: [v('user.email'), '('] }, 'error $.matches[1]: not a usable pattern: error parsing regexp: missing closing ): `(`'],
    [{ inCidr: [v('ip.address'), ['10.0.0.0/40']] }, 'error $.inCidr[1][0]: not a network in CIDR notation, such as `203.0.113.0/24`'],
    [{ in: [v('custom.currency'), ['10.0.0.0/8']] }, 'warning $.in[1][0]: `in` compares texts; use `inCidr` for networks'],
    [{ '==': [{ var: '__proto__.x' }, 1] }, "error $['=='][0].var: unknown signal `__proto__.x`"],
    [{ '==': [{ var: 'custom.constructor' }, 1] }, "error $['=='][0].var: unknown data point `constructor`"],
    [{ '==': [{ var: { cat: ['a', 'b'] } }, 1] }, "error $['=='][0].var: a signal is named by a text"],
  ]
  for (const [conditions, expected] of table) assert.equal(findings(conditions)[0], expected)
})

test('C4: conditions that ask for nothing match always, which is said', () => {
  const empty: (JsonValue | undefined)[] = [undefined, null, {}, { and: [] }]
  for (const conditions of empty) {
    assert.deepEqual(validateConditions(conditions, context), [
      { severity: 'warning', path: '$', message: 'matches always: it asks for nothing' },
    ])
  }
  const constant: JsonValue[] = [{ '==': [1, 1] }, { or: [true, v('device.isNew')] }, { '!!': [1] }]
  for (const conditions of constant) assert.match(findings(conditions)[0] ?? '', /always holds/, JSON.stringify(conditions))
  assert.match(findings({ '==': [1, 2] })[0] ?? '', /^error \$: can never hold/)
})

test('C1: a constant that its signal never is, is refused with the spelling meant', () => {
  const country = v('ip.countryCode')
  const address = v('ip.address')
  const domain = v('user.emailDomain')
  const table: [JsonValue, RegExp][] = [
    [{ in: [country, ['ir', 'kp']] }, /^error \$\.in\[1\]\[0\]: `ir` is not a two-letter country code .*; did you mean `IR`\?$/],
    [{ '==': [country, 'NZL'] }, /did you mean `NZ`\?$/],
    [{ '==': ['UK', country] }, /did you mean `GB`\?$/],
    [{ '!=': [country, 'ir'] }, /did you mean `IR`\?$/],
    [{ '===': [v('ip.location.country.countryCode'), 'Iran'] }, /did you mean `IR`\?$/],
    [{ '!': [{ in: [country, [' NZ']] }] }, /did you mean `NZ`\?$/],
    [{ '==': [country, 'XX'] }, /`XX` is not a two-letter country code/],
    [{ in: [country, 'ir,kp'] }, /did you mean `IR`\?$/],
    [{ startsWith: [country, 'n'] }, /did you mean `N`\?$/],
    [{ in: ['nz', country] }, /did you mean `NZ`\?$/],
    [{ '==': [address, '2001:DB8::1'] }, /did you mean `2001:db8::1`\?$/],
    [{ '==': [address, '2001:db8:0:0:0:0:0:1'] }, /did you mean `2001:db8::1`\?$/],
    [{ '==': [address, '::ffff:203.0.113.7'] }, /did you mean `203\.0\.113\.7`\?$/],
    [{ '==': [address, '2002:b9dc:6501::1'] }, /did you mean `185\.220\.101\.1`\?$/],
    [{ '==': [address, '2001:0:4136:e378:8000:63bf:3fff:fdd2'] }, /did you mean `192\.0\.2\.45`\?$/],
    [{ '!=': [address, '64:ff9b::b9dc:6501'] }, /did you mean `185\.220\.101\.1`\?$/],
    [
      { in: [address, ['64:ff9b:1::185.220.101.1', '::ffff:0:b9dc:6501']] },
      /^error \$\.in\[1\]\[0\]: .*did you mean `185\.220\.101\.1`\?$/,
    ],
    [{ '==': [address, '::b9dc:6501'] }, /did you mean `185\.220\.101\.1`\?$/],
    [{ startsWith: [address, '2002:b9dc:'] }, /^error .* starts with `2002:b9dc:`/],
    [{ startsWith: [address, '2001:0:4136:'] }, /^error .* starts with `2001:0:4136:`/],
    [{ inCidr: [address, ['2002::/16']] }, /^error \$\.inCidr\[1\]\[0\]: no address is ever in `2002::\/16`/],
    [{ inCidr: [address, ['2001:0:4136::/48']] }, /no address is ever in/],
    [{ inCidr: [address, '64:ff9b::/96'] }, /no address is ever in/],
    [{ '==': [address, '10.0.0.0/8'] }, /use `inCidr` for networks$/],
    [{ in: [address, ['10.0.0.0/8']] }, /^error .*use `inCidr` for networks$/],
    [{ in: [address, ['203.0.113.7', 'office']] }, /^error \$\.in\[1\]\[1\]: `office` is not an address/],
    [{ startsWith: [address, '2001:DB8:'] }, /did you mean `2001:db8:`\?$/],
    [{ startsWith: [address, ['10.', '2001:0db8:']] }, /^error \$\.startsWith\[1\]\[1\]: .*did you mean `2001:db8:`\?$/],
    [{ startsWith: [address, '10.0.0.0/8'] }, /use `inCidr` for networks$/],
    [{ '==': [domain, 'Example.com'] }, /did you mean `example\.com`\?$/],
    [{ '==': [domain, '@example.com'] }, /did you mean `example\.com`\?$/],
    [{ in: [domain, ['example.com', 'https://bad.example/']] }, /did you mean `bad\.example`\?$/],
    [{ endsWith: [domain, '@example.com'] }, /did you mean `example\.com`\?$/],
    [{ '==': [v('ip.location.timeZone'), 'europe/berlin'] }, /did you mean `Europe\/Berlin`\?$/],
    [{ in: ['passkey', v('user.enrolledMethods')] }, /did you mean `PASSKEY`\?$/],
    [{ some: [v('user.enrolledMethods'), { '==': [v(''), 'Passkey'] }] }, /did you mean `PASSKEY`\?$/],
    [{ '==': [v('device.os.name'), 'windows'] }, /did you mean `Windows`\?$/],
    [{ '==': [v('device.browser.name'), 'FIREFOX'] }, /did you mean `Firefox`\?$/],
    [{ '==': [v('risk.level'), 'high'] }, /did you mean `HIGH`\?$/],
    [{ in: ['New country', v('risk.reasons')] }, /did you mean `new_country`\?$/],
    [{ in: [v('time.hour'), [1, 25]] }, /^error \$\.in\[1\]\[1\]: 25 is never reached: the value is always from 0 to 23$/],
    [{ '==': [v('velocity.actions1h'), 2.5] }, /2\.5 is never reached: the value is a whole number$/],
    [{ '==': [country, v('ip.location.timeZone')] }, /never equal/],
    [{ inCidr: [country, ['10.0.0.0/8']] }, /tests an address, and this is never one$/],
    [{ in: [v('ip.location.timeZone'), v('lists.blocked-countries')] }, /^error \$\.in\[1\]: no entry of the list can ever match: `KP`/],
    [{ inCidr: [v('custom.currency'), v('lists.blocked-countries')] }, /^error \$\.inCidr\[1\]: no entry of the list can ever match/],
  ]
  for (const [conditions, expected] of table) {
    const [first = ''] = findings(conditions)
    assert.match(first, expected)
    assert.match(first, /^error/)
  }
})

test('C1: a constant that its signal can be is left alone', () => {
  const inOrder: JsonValue[] = [
    { in: [v('ip.countryCode'), ['NZ', 'XK', 'GB']] },
    { '==': [{ var: ['ip.countryCode', 'none'] }, 'none'] },
    { in: [v('ip.address'), ['203.0.113.7', '2001:db8::1', '::1']] },
    { startsWith: [v('ip.address'), ['10.', '2001:db8:']] },
    { endsWith: [v('user.emailDomain'), ['.com', 'example.org']] },
    { '==': [v('user.email'), 'Jane@Example.com'] },
    { in: [v('ip.location.timeZone'), ['Europe/Kyiv', 'Europe/Kiev', 'Asia/Kolkata', 'America/Port_of_Spain', 'UTC']] },
    { '==': [v('device.browser.name'), 'A browser of tomorrow'] },
    { '==': [v('custom.currency'), 'ir'] },
    { in: [v('ip.countryCode'), 'NZ, AU'] },
    { in: ['SMS', v('user.enrolledMethods')] },
  ]
  for (const conditions of inOrder) assert.deepEqual(findings(conditions), [], JSON.stringify(conditions))
})

test('C1: entries of a list that can never match are reported with the rule that reads it', () => {
  const lists = new Map<string, ReadonlySet<string | number>>([['mixed', new Set(['IR', 'kp', 'UK'])]])
  const conditions: JsonValue = { in: [v('ip.countryCode'), v('lists.mixed')] }
  const [finding] = validateConditions(conditions, { ...context, lists })
  assert.equal(finding?.severity, 'warning')
  assert.match(finding?.message ?? '', /^2 entries of the list can never match: `kp` .*; did you mean `KP`\?$/)

  const idle = idleEntryFinder([conditions], 'mixed', context)
  assert.match(idle('ir') ?? '', /did you mean `IR`\?$/)
  assert.equal(idle('IR'), undefined)
  // Another rule looks for text of the application in the same list.
  assert.equal(idleEntryFinder([conditions, { in: [v('custom.currency'), v('lists.mixed')] }], 'mixed', context)('ir'), undefined)
  assert.equal(idleEntryFinder([conditions], 'other', context)('ir'), undefined)
  const addresses = idleEntryFinder([{ '!': [{ in: [v('ip.address'), v('lists.office')] }] }], 'office', context)
  for (const entry of ['10.0.0.0/8', '2001:DB8::/32', '203.0.113.7']) assert.equal(addresses(entry), undefined)
  assert.match(addresses('head office') ?? '', /is not an address/)
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
