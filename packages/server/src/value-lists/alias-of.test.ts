import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aliasOf } from './alias-of.ts'

test('C7: names that differ by a combining sign have aliases of their own', () => {
  assert.notEqual(aliasOf('काला'), aliasOf('कील'))
  assert.equal(aliasOf('काला'), 'काला')
  assert.notEqual(aliasOf('שָׁלוֹם'), aliasOf('שלום'))
  assert.notEqual(aliasOf('ก่อน'), aliasOf('กอน'))
})

test('C7: composed and decomposed letters give one alias', () => {
  assert.equal(aliasOf('Gesperrte Länder'.normalize('NFD')), 'gesperrte-länder')
  assert.equal(aliasOf('Gesperrte Länder'), 'gesperrte-länder')
  assert.equal(aliasOf('한국'.normalize('NFD')), '한국')
})

test('an alias needs a letter or a digit', () => {
  for (const name of ['---', ' ', '\u0301', '!?']) assert.throws(() => aliasOf(name), /letter or a digit/)
})
