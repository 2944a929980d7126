import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isAbove, wordsOf } from './words-of.ts'

test('origins are read from lines, blanks and commas, each once', () => {
  assert.deepEqual(wordsOf(' https://a.example\nhttps://b.example, https://a.example '), ['https://a.example', 'https://b.example'])
  assert.deepEqual(wordsOf(' \n '), [])
})

test('only a relying party id above the page is tried in the browser', () => {
  assert.equal(isAbove('example.com', 'app.example.com'), true)
  assert.equal(isAbove('localhost', 'localhost'), true)
  assert.equal(isAbove('ample.com', 'example.com'), false)
  assert.equal(isAbove('app.example.com', 'example.com'), false)
  assert.equal(isAbove('', 'example.com'), false)
})
