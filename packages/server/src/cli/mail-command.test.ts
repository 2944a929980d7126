import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { runSallyport } from '../../test/support/run-sallyport.ts'
import { openTestSmtp } from '../../test/support/test-smtp.ts'

test('doctor tries the mail server without sending anything', async (t) => {
  const smtp = await openTestSmtp(t)
  const dataDir = join(tmpdir(), 'sallyport-that-is-not-there')
  const env = { SALLYPORT_MAIL_URL: `smtp://127.0.0.1:${smtp.port}`, SALLYPORT_MAIL_FROM: 'no-reply@acme.example' }
  const doctor = ['doctor', '--data-dir', dataDir]
  const [well, without] = await Promise.all([runSallyport(doctor, { env }), runSallyport(doctor)])
  assert.ok(well.out.includes(`ok    the mail server 127.0.0.1:${smtp.port} can be used\n`), well.out)
  assert.match(without.out, /note {2}no mail server is set up/)
  assert.deepEqual(smtp.received, [])
})

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
