import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSession, writeSession } from './session-token.ts'

const at = Date.UTC(2026, 10, 24)
const hour = 60 * 60 * 1000

test('a session names its user for eight hours', () => {
  const session = writeSession('ada', at)
  assert.equal(readSession(session, at), 'ada')
  assert.equal(readSession(session, at + 8 * hour - 1), 'ada')
  assert.equal(readSession(session, at + 8 * hour), undefined)
})

test('a session that was not signed here, or was changed, names nobody', () => {
  const [, expiresAt, signature] = writeSession('ada', at).split('.')
  for (const text of [
    undefined,
    '',
    'ada',
    `ben.${expiresAt}.${signature}`,
    `ada.${Number(expiresAt) + 1}.${signature}`,
    `ada.${expiresAt}.`,
  ]) {
    assert.equal(readSession(text, at), undefined, String(text))
  }
})
