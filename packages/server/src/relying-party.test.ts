import assert from 'node:assert/strict'
import { test } from 'node:test'
import { relyingPartyProblems } from './relying-party.ts'

const hash = Buffer.alloc(32, 7)
const keyHash = (text: string) => `android:apk-key-hash:${text}`
const wording = { rpId: '`relyingParty`', origins: '`expectedOrigins`' }

test('C5: what no browser accepts of a relying party is refused with the reason and the spelling meant', () => {
  const table: [string, string[], RegExp][] = [
    ['192.168.1.1', [], /^`relyingParty` `192\.168\.1\.1` is an IP address/],
    ['123.45', [], /read as the IP address 123\.0\.0\.45/],
    ['[::1]', [], /is an IP address/],
    ['Example.com', [], /did you mean `example\.com`\?$/],
    ['http://localhost:3000/x', [], /did you mean `localhost`\?$/],
    ['example.com:443', [], /did you mean `example\.com`\?$/],
    ['example.com.', [], /did you mean `example\.com`\?$/],
    ['*.example.com', [], /did you mean `example\.com`\?$/],
    ['bücher.example', [], /did you mean `xn--bcher-kva\.example`\?$/],
    ['', [], /is not a domain/],
    ['a b', [], /is not a domain/],
    ['com', ['https://app.com'], /under which anybody can register a domain; a relying party id for it is `app\.com`$/],
    ['co.uk', ['https://a.b.co.uk'], /a relying party id for it is `b\.co\.uk`$/],
    ['github.io', ['https://me.github.io'], /a relying party id for it is `me\.github\.io`$/],
    ['com', [keyHash(hash.toString('base64url'))], /under which anybody can register a domain/],
    ['other.com', ['https://app.example.com'], /not under the relying party id `other\.com`.*is `example\.com`$/],
    ['app.example.com', ['https://example.com'], /not under the relying party id/],
    ['ample.com', ['https://example.com'], /not under the relying party id/],
    ['localhost', ['localhost:3150'], /did you mean `http:\/\/localhost:3150`\?$/],
    ['localhost', ['http://127.0.0.1:3150'], /has an IP address/],
    ['example.com', ['http://app.example.com'], /is not secure.*did you mean `https:\/\/app\.example\.com`\?$/],
    ['example.com', ['https://app.example.com/'], /without path; did you mean `https:\/\/app\.example\.com`\?$/],
    ['example.com', ['https://App.Example.com:443'], /did you mean `https:\/\/app\.example\.com`\?$/],
    ['example.com', ['app.example.com'], /did you mean `https:\/\/app\.example\.com`\?$/],
    ['example.com', ['https://*.example.com'], /has a wildcard/],
    ['example.com', ['javascript:alert(1)'], /is not an origin/],
    ['example.com', [keyHash('')], /is not the origin of an Android app/],
    ['example.com', [keyHash(hash.toString('base64'))], new RegExp(`did you mean \`${keyHash(hash.toString('base64url'))}\``)],
    ['example.com', [keyHash(hash.toString('hex'))], new RegExp(`did you mean \`${keyHash(hash.toString('base64url'))}\``)],
    ['example.com', [keyHash(Buffer.alloc(20).toString('base64url'))], /is not the origin of an Android app/],
  ]
  for (const [rpId, origins, expected] of table) {
    assert.match(relyingPartyProblems({ rpId, origins }, wording)[0] ?? '', expected, `${rpId} ${origins}`)
  }
})

test('C5: what browsers accept of a relying party is accepted', () => {
  for (const [rpId, ...origins] of [
    ['example.com', 'https://example.com', 'https://app.example.com', 'https://app.example.com:8443', keyHash(hash.toString('base64url'))],
    ['me.github.io', 'https://me.github.io'],
    ['localhost', 'http://localhost:3000', 'https://localhost', 'http://app.localhost:3000'],
    ['intranet', 'https://intranet'],
    ['xn--bcher-kva.example', 'https://xn--bcher-kva.example'],
  ] as [string, ...string[]][]) {
    assert.deepEqual(relyingPartyProblems({ rpId, origins }, wording), [])
  }
})

test('C5: every problem is named at once', () => {
  assert.equal(
    relyingPartyProblems({ rpId: 'Example.com', origins: ['localhost:1', 'https://*.x.example', 'https://ok.example'] }, wording).length,
    3,
  )
})
