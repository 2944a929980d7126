import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseSearch } from './parse-search.ts'
import { isAddress } from './search-tokens.ts'

const ruleId = '6c9fec3e-3f74-4f8a-a060-0186ac0673b2'
const vocabulary = {
  actions: ['adaptive-mfa-transfer', 'sign-in', 'change-payee', 'change-profile'],
  rules: [
    { ruleId, name: 'High amount', actionCode: 'adaptive-mfa-transfer' },
    { ruleId: 'r2', name: 'Tor', actionCode: 'sign-in' },
    { ruleId: 'r3', name: 'Tor', actionCode: 'change-payee' },
  ],
}
const now = Date.parse('2026-03-08T12:00:00Z')
const parse = (text: string) => parseSearch(text, vocabulary, now)
const filters = (text: string) => {
  const parsed = parse(text)
  assert.deepEqual(parsed.problems, [], text)
  return parsed.filters
}
const says = (text: string) => {
  const { problems } = parse(text)
  assert.equal(problems.length, 1, `${text}: ${JSON.stringify(parse(text))}`)
  return problems[0]
}

test('a search of several parts is understood part by part', () => {
  const parsed = parse('user:42 state:challenge 10.0.0.0/8 rule:"High amount" action:transfer last 3 h')
  assert.deepEqual(parsed.filters, {
    userId: '42',
    state: 'CHALLENGE_REQUIRED,CHALLENGE_SUCCEEDED,CHALLENGE_FAILED',
    ipAddress: '10.0.0.0/8',
    ruleId,
    action: 'adaptive-mfa-transfer',
  })
  assert.deepEqual(parsed.range, { kind: 'last', text: '-3h', ms: 3 * 3_600_000 })
  assert.deepEqual([parsed.problems, parsed.notes], [[], []])
})

test('words without a field are what they are the name of, and otherwise words to look for', () => {
  assert.deepEqual(filters('203.0.113.7'), { ipAddress: '203.0.113.7' })
  assert.deepEqual(filters('2001:db8::/32'), { ipAddress: '2001:db8::/32' })
  assert.deepEqual(filters('blocked failed'), { state: 'BLOCK,CHALLENGE_FAILED' })
  assert.deepEqual(filters('sign-in'), { action: 'sign-in' })
  assert.deepEqual(filters('high amount'), { ruleId })
  assert.deepEqual(filters('disputed label:fraud'), { isDisputed: 'true', label: 'fraud' })
  assert.deepEqual(filters('jane@mail.example'), { text: 'jane@mail.example' })
  assert.deepEqual(filters('0b175f8f-6366-4d66-ba04-ed204fae23f0'), { text: '0b175f8f-6366-4d66-ba04-ed204fae23f0' })
  assert.deepEqual(filters('auth0:123'), { text: 'auth0:123' })
  assert.deepEqual(filters('device:abc jane AND doe'), { deviceId: 'abc', text: 'jane doe' })
})

test('countries are known by their code and by their name', () => {
  assert.deepEqual(filters('country:de country:"united kingdom"'), { country: 'DE,GB' })
  assert.deepEqual(filters('country:none'), { country: 'none' })
})

test('quotes make words of anything, and keep a value together', () => {
  assert.deepEqual(filters('"blocked" "10.0.0.1"'), { text: 'blocked 10.0.0.1' })
  assert.deepEqual(filters('user:"a b:c"'), { userId: 'a b:c' })
  assert.deepEqual(filters('user:"open'), { userId: 'open' })
})

test('what the search finds in a wider place than was asked is said', () => {
  const custom = parse('custom.recipient:Sam')
  assert.deepEqual(custom.filters, { text: 'Sam' })
  assert.match(custom.notes[0] ?? '', /`custom.recipient=Sam` looks in it alone/)
  assert.deepEqual(parse('email:jane@mail.example').filters, { text: 'jane@mail.example' })
  const phone = parse('+44 7700 900123 blocked')
  assert.deepEqual(phone.filters, { text: '447700900123', state: 'BLOCK' })
  assert.match(phone.notes[0] ?? '', /under Users/)
})

test('custom data are compared by size and by value', () => {
  assert.deepEqual(filters('custom.transactionValue>2000 custom.transactionValue<=3e3'), {
    custom: 'transactionValue>2000,transactionValue<=3e3',
  })
  assert.deepEqual(filters('custom.currency=EUR custom.amount==12'), { custom: 'currency=EUR,amount=12' })
  assert.deepEqual(filters('custom.payee="Acme Tools"'), { custom: 'payee=Acme Tools' })
  assert.deepEqual(filters('custom.order-size<3'), { custom: 'order-size<3' })
  assert.deepEqual(filters('custom.amount>2_000'), { custom: 'amount>2000' })
  assert.match(says('custom.amount>much')?.says ?? '', /Only numbers/)
  assert.match(says('custom.amount>2,000')?.says ?? '', /without a comma/)
  assert.match(says('custom.amount!=2')?.says ?? '', /leave things out/)
  assert.match(says('custom.basket.size>2')?.says ?? '', /inside `custom.basket`/)
  assert.match(says('user.custom.tier>2')?.says ?? '', /came with the action/)
  assert.deepEqual(filters('outcome:challenge,block'), { outcome: 'CHALLENGE,BLOCK' })
  assert.match(says('outcome:passed')?.says ?? '', /`allow`, `challenge`/)
})

test('what cannot be done is said, and the rest is done', () => {
  assert.match(says('score>50')?.says ?? '', /the score/)
  assert.match(says('country:XQ')?.says ?? '', /no country/)
  assert.match(says('city:Paris')?.says ?? '', /the city/)
  assert.match(says('-state:allow')?.says ?? '', /leave things out/)
  assert.match(says('not blocked')?.says ?? '', /leave things out/)
  assert.match(says('sate:blocked')?.says ?? '', /Did you mean `state:blocked`/)
  assert.match(says('action:sing-in')?.says ?? '', /Did you mean `sign-in`/)
  assert.match(says('action:change')?.says ?? '', /no action/)
  assert.match(says('rule:tor')?.says ?? '', /2 rules are called so.*`rule:r2`/)
  assert.match(says('rule:nothing')?.says ?? '', /No rule/)
  assert.match(says('ip:300.1.1.1')?.says ?? '', /neither an address nor a range/)
  assert.match(says('state:open')?.says ?? '', /waiting/)
  assert.match(says('last 30 s')?.says ?? '', /shortest/)
  assert.match(says('user:')?.says ?? '', /Write what/)
  const { filters: found, problems } = parse('jane or blocked')
  assert.deepEqual(found, { text: 'jane', state: 'BLOCK' })
  assert.equal(problems[0]?.part, 'or')
  assert.deepEqual(parse('user:1 user:2').problems, [
    { part: 'user:2', says: 'All parts have to hold, and an event has only one of these.' },
  ])
})

test('time has many words', () => {
  const range = (text: string) => {
    const { range: found, problems, filters: others } = parse(text)
    assert.deepEqual([problems, others], [[], {}], text)
    return found
  }
  const last = (text: string) => {
    const found = range(text)
    return found?.kind === 'last' ? found.text : found
  }
  for (const text of ['last 3 h', 'last 3h', '-3h', 'past 3 hours', 'time:-3h', 'time:"last 3 h"']) assert.equal(last(text), '-3h', text)
  assert.equal(last('last week'), '-7d')
  assert.equal(last('last 2 weeks'), '-14d')
  assert.equal(last('last minute'), '-1m')
  const midnight = new Date(now).setHours(0, 0, 0, 0)
  assert.deepEqual(range('today'), { kind: 'between', from: midnight, to: now })
  const yesterday = range('yesterday')
  assert.ok(yesterday?.kind === 'between' && yesterday.to === midnight && yesterday.from < midnight)
  assert.deepEqual(range('since 2026-03-01T00:00Z'), { kind: 'between', from: Date.parse('2026-03-01T00:00Z'), to: now })
  assert.deepEqual(range('from 2026-03-01T00:00Z to 2026-03-02T00:00Z'), {
    kind: 'between',
    from: Date.parse('2026-03-01T00:00Z'),
    to: Date.parse('2026-03-02T00:00Z'),
  })
  const day = range('2026-03-01')
  assert.ok(day?.kind === 'between' && day.to - day.from > 22 * 3_600_000 && day.to - day.from < 26 * 3_600_000)
})

test('nothing that was typed is dropped silently, whatever it is', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'user:1',
      'state:',
      'last',
      '3h',
      'or',
      'not',
      '"',
      '-x',
      '10.0.0.0/8',
      'custom.a>1',
      'rule:tor',
      ':',
      '__proto__:x',
      'toString',
    ),
    fc.string({ unit: 'grapheme', maxLength: 8 }),
  )
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 6 }), (pieces) => {
      const text = pieces.join(' ')
      fc.pre(/[^\s]/.test(text) && !/^\s*(and|&&)(\s+(and|&&))*\s*$/i.test(text))
      const { filters: found, range, problems } = parse(text)
      assert.ok(Object.keys(found).length > 0 || range !== undefined || problems.length > 0, JSON.stringify(text))
      for (const { part, says: told } of problems) assert.ok(part !== '' && told !== '')
    }),
  )
})

test('addresses of both versions, and what only looks like one', () => {
  for (const text of ['1.2.3.4', '1.2.3.4/24', '::1', '2001:db8::1', 'fe80::/10', '::ffff:1.2.3.4', '1:2:3:4:5:6:7:8'])
    assert.ok(isAddress(text), text)
  for (const text of ['1.2.3', '1.2.3.256', '1.2.3.4/33', '12:30', 'a:b', 'abcd', '1.2.3.4/8/8', 'fe80:1'])
    assert.ok(!isAddress(text), text)
})
