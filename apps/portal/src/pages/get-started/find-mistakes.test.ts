import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findMistakes, isPrivate } from './find-mistakes.ts'

const event = { action: 'transfer', createdAt: '2026-01-01T00:00:00.000Z', ipAddress: '203.0.113.7', deviceId: 'd' }
const warning = {
  code: 'undeclared_data_point',
  action: 'transfer',
  subject: 'x',
  message: '`custom.x` is not declared',
  lastAt: event.createdAt,
}

test('a track that is as it should be has no mistakes', () => {
  assert.deepEqual(findMistakes(event, [], 'transfer'), [])
  assert.deepEqual(
    findMistakes(
      event,
      [
        { ...warning, action: 'other' },
        { ...warning, lastAt: '2025-12-31T00:00:00.000Z' },
      ],
      'transfer',
    ),
    [],
  )
})

test('every mistake of a track is named: another action, undeclared data, no address, no device', () => {
  const found = findMistakes({ action: 'transfre', createdAt: event.createdAt }, [{ ...warning, action: 'transfre' }], 'transfer')
  assert.equal(found[0], 'It was tracked as `transfre`, not as `transfer`.')
  assert.equal(found[1], '`custom.x` is not declared.')
  assert.match(found[2] ?? '', /^No address/)
  assert.match(found[3] ?? '', /^No device/)
  assert.match(findMistakes({ ...event, ipAddress: '10.1.2.3' }, [], 'transfer')[0] ?? '', /is private/)
})

test('private addresses are told from those of the internet', () => {
  for (const one of [
    '10.0.0.1',
    '127.0.0.1',
    '172.16.0.1',
    '172.31.255.1',
    '192.168.1.1',
    '169.254.0.1',
    '100.64.0.1',
    '::1',
    'fd00::1',
    'fe80::1',
    '::ffff:10.0.0.1',
  ])
    assert.equal(isPrivate(one), true, one)
  for (const one of ['203.0.113.7', '172.32.0.1', '100.128.0.1', '2001:db8::1', '8.8.8.8']) assert.equal(isPrivate(one), false, one)
})
