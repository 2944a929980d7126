import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { visiblePieces } from './visible-text.ts'

const shown = (text: string) =>
  visiblePieces(text)
    .map((piece) => (piece.isHidden ? `[${piece.text}]` : piece.text))
    .join('')

test('B5: characters that turn a text round, colour a terminal or cannot be seen are named', () => {
  assert.equal(shown('safe\u202egnp.exe'), 'safe[U+202E]gnp.exe')
  assert.equal(shown('\u001b[31mred'), '[escape][31mred')
  assert.equal(shown('a\u200bb\u0000\n'), 'a[U+200B]b[null][line end]')
  assert.equal(shown('\ud800'), '[U+D800]')
})

test('letters of every script and pictures of several parts stay as they are', () => {
  for (const text of ['Zoë Müller', 'محمد', '日本語', '👩‍💻 👍🏽', '<img src=x onerror=1>']) assert.equal(shown(text), text)
})

test('nothing of a text is lost', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => visiblePieces(text).every((piece) => piece.text !== '')))
})
