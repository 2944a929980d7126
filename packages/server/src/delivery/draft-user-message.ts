import { isIP } from 'node:net'
import type { Words } from './languages/words.ts'
import { type Foreign, foreign, type Line } from './line.ts'
import type { Part } from './part.ts'
import type { Approved, Occasion, UserMessageData, UserMessageKind } from './user-messages.ts'
import type { Draft } from './write-mail.ts'

type Drafting = { readonly [Kind in UserMessageKind]: (words: Words, data: UserMessageData[Kind]) => Omit<Draft, 'subject'> }

/** What a message to a user is made of, in this language. */
export function draftUserMessage<Kind extends UserMessageKind>(words: Words, kind: Kind, data: UserMessageData[Kind]): Draft {
  const { parts, footer } = (drafting[kind] as (words: Words, data: UserMessageData[Kind]) => Omit<Draft, 'subject'>)(words, data)
  const values = { app: foreign(data.tenantName), ...('code' in data && { code: data.code }) }
  return { subject: fill(words[kind].subject, values), parts: [paragraph(fill(words[kind].lead, values)), ...parts], footer }
}

/** The same for a phone, where a notice is one line: what happened, and where the reader says that it was not them. */
export function draftTextMessage<Kind extends UserMessageKind>(words: Words, kind: Kind, data: UserMessageData[Kind]): Draft {
  const draft = draftUserMessage(words, kind, data)
  const url = 'notMeUrl' in data ? data.notMeUrl : 'cancelUrl' in data ? data.cancelUrl : undefined
  return url === undefined ? draft : { ...draft, parts: [paragraph([...draft.subject, '.']), paragraph(fill(words.notMe.phone, { url }))] }
}

const drafting: Drafting = {
  sign_in_link(words, { url, at, expiresAt, approved, ipAddress, device, tenantName }) {
    return {
      parts: [
        facts([...approvedRows(words, approved), ...placeRows(words, { at, ipAddress, device })]),
        { kind: 'link', label: words.signInLink.label, url },
        paragraph(fill(words.signInLink.life, { time: moment(words, expiresAt) })),
      ],
      footer: fill(words.signInLink.unexpected, { app: foreign(tenantName) }),
    }
  },
  code_by_mail(words, { code, at, expiresAt, approved, ipAddress, device, tenantName }) {
    return {
      parts: [
        { kind: 'code', label: words.code.label, code },
        facts([...approvedRows(words, approved), ...placeRows(words, { at, ipAddress, device })]),
        paragraph(fill(words.code.life, { time: moment(words, expiresAt) })),
      ],
      footer: fill(words.signInLink.unexpected, { app: foreign(tenantName) }),
    }
  },
  code_by_phone(words, { approved }) {
    const rows = approvedRows(words, approved)
    return { parts: rows.length === 0 ? [] : [facts(rows)], footer: [] }
  },
  authenticator_added: (words, data) => notice(words, data, methodRows(words, data)),
  authenticator_removed: (words, data) => notice(words, data, methodRows(words, data)),
  recovery_used: (words, data) => notice(words, data, []),
  recovery_codes_regenerated: (words, data) => notice(words, data, []),
  new_device: (words, data) => notice(words, data, approvedRows(words, data.approved)),
  dispute_opened: (words, data) => notice(words, data, approvedRows(words, data.approved)),
  enrolment_link_issued(words, { tenantName, url, usableFrom, expiresAt, cancelUrl }) {
    const { life, label, cancel, cancelLabel } = words.enrolmentLink
    const app = { app: foreign(tenantName) }
    return {
      parts: [
        paragraph(fill(life, { from: moment(words, usableFrom), time: moment(words, expiresAt) })),
        ...(url === undefined ? [] : [{ kind: 'link', label, url } as const]),
        ...(cancelUrl === undefined
          ? [paragraph(fill(words.notMe.withoutLink, app))]
          : [paragraph([cancel]), { kind: 'link', label: cancelLabel, url: cancelUrl } as const]),
      ],
      footer: fill(words.footer, app),
    }
  },
}

/** Something that happened to the account of the reader: what, when and where, and what to do when it was not them. */
function notice(words: Words, occasion: Occasion, rows: readonly Row[]): Omit<Draft, 'subject'> {
  const app = { app: foreign(occasion.tenantName) }
  const { notMeUrl } = occasion
  return {
    parts: [
      facts([...rows, ...placeRows(words, occasion)]),
      paragraph(fill(notMeUrl === undefined ? words.notMe.withoutLink : words.notMe.text, app)),
      ...(notMeUrl === undefined ? [] : [{ kind: 'link', label: words.notMe.label, url: notMeUrl } as const]),
    ],
    footer: fill(words.footer, app),
  }
}

type Row = readonly [label: string, value: Line]

function facts(rows: readonly Row[]): Part {
  return { kind: 'facts', rows }
}

function paragraph(line: Line): Part {
  return { kind: 'paragraph', line }
}

function methodRows(words: Words, { method, name }: UserMessageData['authenticator_added']): Row[] {
  return [[words.labels.method, [words.methods[method]]], ...(name === undefined ? [] : [[words.labels.name, [foreign(name)]] as const])]
}

/** The rows that show what is approved. */
function approvedRows(words: Words, approved: Approved | undefined): Row[] {
  if (approved === undefined) return []
  return [
    [words.labels.action, [foreign(readable(approved.action))]],
    ...approved.facts.map(([name, value]) => [readable(name), [foreign(value)]] as const),
  ]
}

function placeRows(words: Words, { at, ipAddress, device }: Pick<Occasion, 'at' | 'ipAddress' | 'device'>): Row[] {
  return [
    [words.labels.when, [moment(words, at)]],
    ...(device === undefined ? [] : [[words.labels.device, [foreign(device)]] as const]),
    ...(ipAddress === undefined || isIP(ipAddress) === 0 ? [] : [[words.labels.address, [ipAddress]] as const]),
  ]
}

/** The name of an action or of a data point as words: `transferAmount` becomes `Transfer amount`. */
export function readable(name: string): string {
  const words = name
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`)
    .replace(/[-_\s]+/g, ' ')
    .trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** Fills the names in braces of a sentence. */
export function fill(sentence: string, values: Readonly<Record<string, string | Foreign>>): Line {
  return sentence.split(/\{(\w+)\}/).flatMap((text, place) => (place % 2 === 0 ? (text === '' ? [] : [text]) : [values[text] ?? '']))
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** A time in UTC. */
export function moment({ locale }: Pick<Words, 'locale'>, at: number): string {
  let format = formats.get(locale)
  if (format === undefined) {
    format = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })
    formats.set(locale, format)
  }
  return `${format.format(at)} UTC`
}
