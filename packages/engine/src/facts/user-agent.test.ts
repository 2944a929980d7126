import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isMissing, NOT_PROVIDED } from './missing.ts'
import { parseUserAgent } from './user-agent.ts'

test('a browser says its name, system and kind of device', () => {
  const text = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
  assert.deepEqual(parseUserAgent(text), {
    raw: text,
    browserName: 'Chrome',
    browserVersion: '140',
    osName: 'Windows',
    osVersion: '10',
    deviceType: 'desktop',
    isBot: false,
  })
  const phone =
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1'
  const { browserName, osName, osVersion, deviceType } = parseUserAgent(phone)
  assert.deepEqual([browserName, osName, osVersion, deviceType], ['Safari', 'iOS', '18.0', 'mobile'])
})

test('bots and automated clients are bots, whatever browser they name', () => {
  for (const text of [
    'Googlebot/2.1 (+http://www.google.com/bot.html)',
    'curl/8.1.2',
    'python-requests/2.32.0',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/140.0.0.0 Safari/537.36',
  ]) {
    const facts = parseUserAgent(text)
    assert.equal(facts.isBot, true, text)
    assert.equal(facts.deviceType, 'bot', text)
  }
})

test('what a text does not say is missing, not guessed', () => {
  for (const text of ['', '   ', 'x', 'MyBank/3.2']) {
    const facts = parseUserAgent(text)
    assert.equal(facts.raw, text)
    assert.deepEqual(facts.osName, NOT_PROVIDED, text)
    assert.deepEqual(facts.osVersion, NOT_PROVIDED, text)
  }
  assert.deepEqual(parseUserAgent('').browserName, NOT_PROVIDED)
  assert.deepEqual(parseUserAgent('').deviceType, NOT_PROVIDED)
})

test('any text is read, without an exception, in little time and cut to 512 characters', () => {
  const parts = fc.constantFrom(
    'Mozilla/5.0 ',
    '(',
    ')',
    ';',
    ' ',
    'Chrome/',
    'Version/',
    'like Mac OS X',
    '1.1.1',
    'Android',
    'a'.repeat(300),
  )
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 700 }),
    fc.array(parts, { maxLength: 40 }).map((all) => all.join('')),
  )
  fc.assert(
    fc.property(texts, (text) => {
      const facts = parseUserAgent(text)
      assert.ok(facts.raw.length <= 512)
      for (const value of Object.values(facts)) assert.ok(isMissing(value) || typeof value === 'boolean' || typeof value === 'string')
    }),
    { numRuns: 100 },
  )
})
