import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Command, findCommands, keyName, matchKeys } from './command.ts'

const command = (id: string, keys: string, title = id): Command => ({ id, title, keys, run: () => {} })
const all = [command('events', 'g e'), command('help', '?'), command('down', 'j'), command('next', 'j')]

test('keys one after the other are one command, and a page takes precedence over what was there before', () => {
  assert.equal(matchKeys(all, ['g']), 'more')
  assert.equal((matchKeys(all, ['g', 'e']) as Command).id, 'events')
  assert.equal((matchKeys(all, ['j']) as Command).id, 'next')
  assert.equal(matchKeys(all, ['g', 'x']), undefined)
})

test('a key has one name on every keyboard', () => {
  const plain = { ctrlKey: false, metaKey: false, altKey: false }
  assert.equal(keyName({ ...plain, key: '?' }), '?')
  assert.equal(keyName({ ...plain, key: 'K', metaKey: true }), 'Ctrl+k')
  assert.equal(keyName({ ...plain, key: 'ArrowDown', altKey: true }), 'Alt+ArrowDown')
})

test('the palette finds by any words, and beginnings come first', () => {
  const found = findCommands([command('a', '', 'Use dark colours'), command('b', '', 'Dark side'), command('c', '', 'Events')], 'dark')
  assert.deepEqual(
    found.map(({ id }) => id),
    ['b', 'a'],
  )
})
