import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runSallyport } from '../../test/support/run-sallyport.ts'
import { openTestSmtp } from '../../test/support/test-smtp.ts'

test('`mail test` sends one mail with the settings of the server, and says why when it is not taken', async (t) => {
  const smtp = await openTestSmtp(t, {
    onRcptTo: ({ address }, _session, done) =>
      address.startsWith('nobody') ? done(Object.assign(new Error('no such user'), { responseCode: 550 })) : done(),
  })
  const server = `127.0.0.1:${smtp.port}`
  const env = { SALLYPORT_MAIL_URL: `smtp://${server}`, SALLYPORT_MAIL_FROM: 'Acme <no-reply@acme.example>' }
  const [taken, refused, nobody, unset, wrong] = await Promise.all([
    runSallyport(['mail', 'test', 'you@example.com'], { env }),
    runSallyport(['mail', 'test', 'nobody@example.com'], { env }),
    runSallyport(['mail', 'test', 'you'], { env }),
    runSallyport(['mail', 'test', 'you@example.com']),
    runSallyport(['mail', 'test', 'you@example.com'], { env: { SALLYPORT_MAIL_URL: 'smtp://post:se%cret@mail.example?tls=maybe' } }),
  ])
  assert.deepEqual([taken.code, taken.out], [0, `${server} took the mail. Look whether it arrives.\n`], taken.err)
  assert.equal(smtp.received.length, 1)
  assert.deepEqual(
    [refused.code, refused.err],
    [1, `sallyport: ${server} did not take the mail: the mail server refuses the address of the recipient (SMTP 550)\n`],
  )
  assert.equal(nobody.code, 1)
  assert.match(nobody.err, /`you` is not a mail address/)
  assert.equal(unset.code, 1)
  assert.match(unset.err, /no mail server is set up: set SALLYPORT_MAIL_URL/)
  assert.equal(wrong.code, 2)
  assert.match(wrong.err, /SALLYPORT_MAIL_URL must have `tls=required`/)
  assert.doesNotMatch(wrong.err, /se%cret/)
})
