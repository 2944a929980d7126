import assert from 'node:assert/strict'
import { test } from 'node:test'
import { browserName } from './browser-name.ts'
import { codesLeft } from './codes-left.ts'

test('a session is known by browser and system', () => {
  const chrome = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
  assert.equal(browserName(chrome), 'Chrome on macOS')
  assert.equal(browserName(`${chrome} Edg/140.0.0.0`), 'Edge on macOS')
  assert.equal(browserName('Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'), 'Firefox on Linux')
  assert.equal(browserName('curl/8'), 'an unknown browser')
  assert.equal(browserName(), 'an unknown browser')
})

test('recovery codes are counted in words that fit', () => {
  assert.match(codesLeft(0), /^None is left/)
  assert.match(codesLeft(1), /^1 code is left/)
  assert.match(codesLeft(9), /^9 codes are left/)
})
