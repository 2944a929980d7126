import assert from 'node:assert/strict'
import { test } from 'node:test'
import { framedHtml, kindInWords, type Message, outboxSentence } from './describe-message.ts'

const message = (state: Message['state']): Message => ({
  messageId: 'm',
  kind: 'admin_removed',
  to: 'a@b.example',
  createdAt: '',
  state,
  attempts: 1,
})

test('the first sentence says whether mail leaves, and what became of the latest', () => {
  const kept = { mail: { state: 'not_set_up' as const } }
  assert.match(outboxSentence({ ...kept, messages: [] }), /No mail server is set up.*None was written/)
  assert.match(outboxSentence({ ...kept, messages: [message('kept')] }), /the last message is kept here, and was sent to nobody/)
  assert.match(
    outboxSentence({ ...kept, messages: [message('kept'), message('kept')] }),
    /the last 2 messages are kept here, and were sent/,
  )
  const messages = [message('delivered'), message('failed')]
  assert.equal(outboxSentence({ mail: { state: 'working' }, messages }), 'A mail server is set up and takes mail. Of the last 2, 1 failed.')
  assert.match(outboxSentence({ mail: { state: 'untried' }, messages: [] }), /^A mail server is set up\. Nothing was sent/)
  assert.match(outboxSentence({ mail: { state: 'failing', problem: 'it is off' }, messages }), /cannot be used: it is off\./)
})

test('every kind has words, also one that this page does not know', () => {
  assert.equal(kindInWords('admin_removed'), 'Access removed')
  assert.equal(kindInWords('email_code'), 'email code')
  assert.equal(kindInWords('constructor'), 'constructor')
})

test('only the first style of a message gets the nonce, and it knows one theme', () => {
  const html = '<style>:root{color-scheme:light dark}@media (prefers-color-scheme:dark){a{}}</style><p>&lt;style&gt;'
  assert.equal(framedHtml(html, 'n', 'dark'), '<style nonce="n">:root{color-scheme:dark}@media all{a{}}</style><p>&lt;style&gt;')
  assert.equal(framedHtml(html, 'n', 'light'), '<style nonce="n">:root{color-scheme:light}@media not all{a{}}</style><p>&lt;style&gt;')
})
