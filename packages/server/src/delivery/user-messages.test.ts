import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chooseLanguage, type Language, languages } from './languages/languages.ts'
import type { Words } from './languages/words.ts'
import type { UserMessageData, UserMessageKind } from './user-messages.ts'
import { writeMessage } from './write-message.ts'

const hostile = 'Acme <img src=x onerror=1> evil.example\r\nBcc: all'
const occasion = { tenantName: hostile, at: Date.UTC(2026, 4, 1, 12), ipAddress: '203.0.113.9', device: '<b>Chrome</b>, Windows' }
const notMeUrl = 'https://mfa.example/hosted/not-me?token=abc'
const approved = {
  action: 'adaptive-mfa-transfer',
  facts: [['transferAmount', '500'] as const, ['payee', 'Bob <bob@evil.example>'] as const],
}
const question = { ...occasion, expiresAt: Date.UTC(2026, 4, 1, 12, 10), approved }

/** One of each kind, with everything that it can hold. */
const whole: { [Kind in UserMessageKind]: UserMessageData[Kind] } = {
  sign_in_link: { ...question, url: 'https://mfa.example/hosted/link?token=abc' },
  code_by_mail: { ...question, code: '081804' },
  code_by_phone: { ...question, code: '081804' },
  authenticator_added: { ...occasion, notMeUrl, method: 'PASSKEY', name: 'Ada’s phone' },
  authenticator_removed: { ...occasion, notMeUrl, method: 'SMS' },
  recovery_used: { ...occasion, notMeUrl },
  recovery_codes_regenerated: { ...occasion, notMeUrl },
  new_device: { ...occasion, notMeUrl, approved },
  dispute_opened: { ...occasion, notMeUrl, approved },
  enrolment_link_issued: {
    tenantName: hostile,
    url: 'https://mfa.example/enrol#abc',
    usableFrom: Date.UTC(2026, 4, 1, 12),
    expiresAt: Date.UTC(2026, 4, 2, 12),
    cancelUrl: 'https://mfa.example/cancel?abc',
  },
}
const kinds = Object.keys(whole) as UserMessageKind[]
const everyLanguage = Object.keys(languages) as Language[]

test('AD-05: every message to users in every language is whole and inert, loads nothing and says what is approved', () => {
  for (const language of everyLanguage) {
    for (const kind of kinds) {
      const { subject, text, html } = writeMessage(kind, whole[kind], language)
      const place = `${language} ${kind}`
      assert.doesNotMatch(`${subject}${text}`, /[{}]|undefined|\[object/, place)
      assert.doesNotMatch(subject, /[\r\n]/, place)
      assert.match(html, new RegExp(`<html lang="${language}">`), place)
      assert.doesNotMatch(html, /<(img|script|iframe|form|b)\b|url\(|@import|\son\w+=[^1]/i, place)
      assert.doesNotMatch(`${text}${html}`, /(?<![\w.])evil\.example/, place)
      const { url, notMeUrl: page, cancelUrl } = whole[kind] as { url?: string; notMeUrl?: string; cancelUrl?: string }
      for (const link of [url, page, cancelUrl]) if (link !== undefined) assert.ok(text.includes(`\n${link}\n`), place)
      if ('approved' in whole[kind]) {
        assert.match(text, /: Adaptive mfa transfer\nTransfer amount: 500\nPayee: Bob /, place)
        assert.match(html, /Transfer amount<\/td><td><bdi>500</, place)
      }
    }
  }
})

test('a notice without a page says whom to turn to, and one without a place says when', () => {
  const { text } = writeMessage('authenticator_added', { tenantName: 'Acme', at: 0, method: 'PASSKEY' })
  assert.match(text, /Method: Passkey\nWhen: 1 January 1970 at 00:00 UTC\n\nIf this was not you, contact Acme at once\./)
})

test('every language fills in the same names as English', () => {
  const sentences = (words: Words) => {
    const { locale: _, methods: __, ...others } = words
    return Object.entries(others).flatMap(([key, value]) =>
      typeof value === 'string' ? [[key, value]] : Object.entries(value).map(([inner, text]) => [`${key}.${inner}`, String(text)]),
    ) as [string, string][]
  }
  const named = (words: Words) => sentences(words).map(([key, text]) => `${key}: ${[...new Set(text.match(/\{\w+\}/g))].sort()}`)
  for (const language of everyLanguage) {
    assert.deepEqual(named(languages[language]).sort(), named(languages.en).sort(), language)
    for (const [key, text] of sentences(languages[language])) assert.ok(text.trim() !== '', `${language} ${key}`)
  }
})

test('the first wish for a language that there is counts, and English is for everybody else', () => {
  assert.equal(chooseLanguage(undefined, null, 'en-NZ'), 'en')
  assert.equal(chooseLanguage('tlh', 'constructor', ''), 'en')
})
