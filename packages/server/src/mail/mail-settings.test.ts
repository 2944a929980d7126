import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mailAddressProblem } from './mail-address.ts'
import { readMailSender, readMailUrl } from './mail-settings.ts'

const read = (text: string) => {
  const result = readMailUrl(text)
  assert.ok('server' in result, JSON.stringify(result))
  return result
}
const problems = (text: string) => {
  const result = readMailUrl(text)
  assert.ok('problems' in result, JSON.stringify(result))
  return result.problems
}

test('a mail URL names server, port, login and sender, and TLS is required unless the server is on the same machine', () => {
  assert.deepEqual(read('smtp://post:p%40ss@mail.example?from=no-reply%40shop.example'), {
    server: { host: 'mail.example', port: 587, tls: 'required', login: { user: 'post', password: 'p@ss' } },
    from: { address: 'no-reply@shop.example' },
  })
  assert.deepEqual(read('smtps://mail.example:2465').server, { host: 'mail.example', port: 2465, tls: 'implicit' })
  assert.equal(read('smtps://mail.example').server.port, 465)
  for (const host of ['localhost', '127.0.0.1', '[::1]']) assert.equal(read(`smtp://${host}:1025`).server.tls, 'none', host)
  assert.equal(read('smtp://localhost?tls=required').server.tls, 'required')
  assert.equal(read('smtp://mailpit:1025?tls=none').server.tls, 'none')
  assert.equal(read('smtp://bücher.example').server.host, 'xn--bcher-kva.example')
})

test('every problem of a mail URL is said at once, and none repeats the password', () => {
  const all = problems('smtp://post:se%cret@mail.example/inbox?tls=maybe&from=nobody&x=1&tls=none')
  assert.equal(all.length, 6, all.join('\n'))
  assert.doesNotMatch(all.join(), /se%cret|post:/)
  assert.match(problems('https://mail.example').join(), /^must be smtp:/)
  assert.match(problems('smtp://post:pa#ss@mail.example').join(), /password/)
  assert.match(problems('smtp://post@mail.example').join(), /both a user and a password/)
  assert.match(problems('smtp://post:secret@mail.example?tls=none').join(), /password unencrypted/)
  assert.match(problems('smtps://mail.example?tls=none').join(), /always/)
})

test('a sender is an address, with or without a name, and never more than that', () => {
  assert.deepEqual(readMailSender('Acme Bank <no-reply@acme.example>'), { name: 'Acme Bank', address: 'no-reply@acme.example' })
  assert.deepEqual(readMailSender('"Acme, Bank" <no-reply@acme.example>'), { name: 'Acme, Bank', address: 'no-reply@acme.example' })
  assert.deepEqual(readMailSender(' no-reply@acme.example '), { address: 'no-reply@acme.example' })
  for (const text of ['', 'Acme', 'a@b.example, c@d.example', 'A\r\nBcc: x <a@b.example>', '<a@b.example> <c@d.example>']) {
    assert.equal(typeof readMailSender(text), 'string', text)
  }
})

test('AD-05: an address that could end a header line, or that is more than one, is none', () => {
  for (const address of ['ada@example.com', "o'neil+x@mail.example.co.uk", 'ada@bücher.example', 'root@localhost']) {
    assert.equal(mailAddressProblem(address), undefined, address)
  }
  for (const address of [
    ...[
      '',
      'ada',
      '@example.com',
      'ada@',
      'ada@exa mple.com',
      'ada@example.com\r\nBcc: eve@example.com',
      'ada@example.com,eve@example.com',
    ],
    ...['"ada"@example.com', 'ada <ada@example.com>', '.ada@example.com', 'a..b@example.com', 'ada@-example.com', 'ada@exam\u202eple.com'],
    ...[
      'ada@example.com\0',
      'ada@example..com',
      'ada@[127.0.0.1]',
      `${'a'.repeat(65)}@example.com`,
      `a@${'b'.repeat(63)}.`.padEnd(260, 'c'),
    ],
    'ádá@example.com',
  ]) {
    assert.ok(mailAddressProblem(address) !== undefined, JSON.stringify(address))
  }
})
