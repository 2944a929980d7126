import assert from 'node:assert/strict'
import { test } from 'node:test'
import { foreign, inertText, say } from './line.ts'
import { writeMail } from './write-mail.ts'
import { writeMessage } from './write-message.ts'

test('the plain text and the HTML of a message say the same, in the same order', () => {
  const { subject, text, html } = writeMail('en', 'Acme & Sons', {
    subject: say`Hello ${foreign('Ada')}`,
    parts: [
      { kind: 'paragraph', line: say`First ${2}.` },
      {
        kind: 'facts',
        rows: [
          ['When', say`now`],
          ['By', say`${foreign('"Eve" <eve>')}`],
        ],
      },
      { kind: 'link', label: 'Go on', url: 'https://mfa.example/portal?a=1&b=2' },
    ],
    footer: say`Bye.`,
  })
  assert.equal(subject, 'Hello Ada')
  assert.equal(text, 'Acme & Sons\n\nFirst 2.\n\nWhen: now\nBy: "Eve" <eve>\n\nGo on:\nhttps://mfa.example/portal?a=1&b=2\n\n--\n\nBye.\n')
  const body = html.slice(html.indexOf('<body>'))
  assert.match(body, /Acme &amp; Sons.*First 2\..*When.*now.*By.*<bdi>&quot;Eve&quot; &lt;eve&gt;<\/bdi>.*Go on.*Bye\./s)
  assert.match(body, /href="https:\/\/mfa\.example\/portal\?a=1&amp;b=2"/)
  assert.match(html, /<html lang="en">/)
})

test('a mail loads nothing, runs nothing, has no style of an element and knows dark and light', () => {
  const { html } = writeMessage('admin_removed', { tenantName: 'Acme', at: 0, by: 'Ada' })
  assert.doesNotMatch(html, /<(img|script|link|iframe|form|object)|url\(|@import|style="|\son\w+=/i)
  assert.equal(html.match(/<style>/g)?.length, 1)
  assert.match(html, /prefers-color-scheme:dark/)
  assert.match(html, /name="color-scheme" content="light dark"/)
})

test('AD-05: a text from outside is one line that nothing is made of', () => {
  assert.equal(inertText(' Ada\r\n\tLovelace\u2028 '), 'Ada Lovelace')
  assert.equal(inertText('a\u202eb\u2066c\u200fd\ufeffe'), 'abcde')
  assert.equal(inertText('half \ud800 pair'), 'half \ufffd pair')
  assert.equal(inertText('بنك'), 'بنك')
  assert.equal(inertText('👩‍💻 v1.2, 203.0.113.9'), '👩‍💻 v1.2, 203.0.113.9')
  assert.equal(inertText('evil.example'), 'evil.\u200bexample')
  const long = inertText('😀'.repeat(400))
  assert.ok(long.length <= 301 && long.endsWith('😀…'), long.slice(-5))
})
