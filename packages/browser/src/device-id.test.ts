import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { Sallyport } from './index.ts'

/** The part of a page that cookies need. Attributes are kept as text; values are readable as in a browser. */
function openPage(address: string) {
  const cookies = new Map<string, string>()
  const written: string[] = []
  const document = {
    get cookie() {
      return Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; ')
    },
    set cookie(text: string) {
      const [pair = ''] = text.split(';')
      cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1))
      written.push(text)
    },
  }
  Object.assign(globalThis, { document, location: new URL(address) })
  return { cookies, written }
}

afterEach(() => {
  Reflect.deleteProperty(globalThis, 'document')
  Reflect.deleteProperty(globalThis, 'location')
})

const options = { tenantId: 't', baseUrl: 'http://localhost/v1' }
const uuid4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

test('the first visit makes a device id, a UUID version 4, and later visits find it', () => {
  const page = openPage('https://bank.example/')
  const first = new Sallyport(options).anonymousId
  assert.match(first, uuid4)
  assert.equal(page.cookies.get('__sp_did'), first)
  assert.equal(new Sallyport(options).anonymousId, first)
})

test('the cookie is for the whole site, lax, and secure on https', () => {
  const page = openPage('https://www.bank.example/')
  new Sallyport(options)
  assert.match(page.written[0] ?? '', /; path=\/; max-age=34560000; samesite=lax; domain=bank\.example; secure$/)
})

test('localhost and addresses have no domain, and http no secure cookie', () => {
  for (const address of ['http://localhost:3000/', 'http://127.0.0.1:3000/', 'http://[::1]:3000/']) {
    const page = openPage(address)
    new Sallyport(options)
    assert.match(page.written[0] ?? '', /; samesite=lax$/, address)
  }
})

test('name and domain of the cookie, and the id itself, may be chosen', () => {
  const page = openPage('https://pay.bank.example/')
  const sallyport = new Sallyport({ ...options, cookieName: 'device', cookieDomain: 'bank.example' })
  sallyport.anonymousId = 'phone 7; x'
  assert.equal(page.cookies.get('device'), 'phone%207%3B%20x')
  assert.match(page.written[1] ?? '', /; domain=bank\.example; secure$/)
  assert.equal(new Sallyport({ ...options, cookieName: 'device' }).anonymousId, 'phone 7; x')
})

test('outside a browser there is no device id and no failure', () => {
  const sallyport = new Sallyport(options)
  assert.equal(sallyport.anonymousId, '')
  sallyport.anonymousId = 'x'
  assert.equal(sallyport.anonymousId, 'x')
})
