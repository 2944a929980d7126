import Bowser from 'bowser'
import { verificationMethods } from '../methods/verification-method.ts'
import type { TextForm } from '../signals/signals.ts'
import { addressMeant, addressPart, canonicalAddress, isNetwork } from './addresses.ts'
import { countryCodes, countryMeant } from './countries.ts'
import { timeZoneMeant, timeZonePart } from './time-zones.ts'

/** How the values of a form are spelled. */
interface Spelling {
  /** What a value is, with an example, to follow "is not". */
  description: string
  /** Whether a signal of this form can have the value. */
  isValue(text: string): boolean
  /** The value that was probably meant. */
  meant(text: string): string | undefined
  /** The part of a value that was probably meant: the text itself when a value can begin, end or go on so. `undefined`: none can. */
  part(text: string, at: 'start' | 'end' | 'within'): string | undefined
}

const spellings: Readonly<Record<TextForm, Spelling>> = {
  address: {
    description: 'an address in canonical form, such as `203.0.113.7` or `2001:db8::1`',
    isValue: (text) => canonicalAddress(text) === text,
    meant: addressMeant,
    part: addressPart,
  },
  country: {
    description: 'a two-letter country code of ISO 3166, such as `NZ`',
    isValue: (text) => countryCodes.has(text),
    meant: countryMeant,
    part: (text) => (/^[A-Z]{0,2}$/i.test(text.trim()) ? text.trim().toUpperCase() : undefined),
  },
  domain: {
    description: 'a domain in lower case, such as `example.com`',
    isValue: (text) => domainMeant(text) === text,
    meant: domainMeant,
    part: (text) => domainPart(text),
  },
  timeZone: {
    description: 'a time zone of the IANA database, such as `Pacific/Auckland`',
    isValue: (text) => timeZoneMeant(text) === text,
    meant: timeZoneMeant,
    part: timeZonePart,
  },
  verificationMethod: {
    description: 'a verification method, such as `PASSKEY`',
    isValue: (text) => Object.hasOwn(verificationMethods, text),
    meant: methodMeant,
    part: (text) => text.toUpperCase(),
  },
  riskReason: {
    description: 'a reason of the score, such as `new_country`',
    isValue: (text) => /^(new|rare|missing|unusual)_[a-z_]+$/.test(text),
    meant: (text) =>
      text
        .trim()
        .toLowerCase()
        .replace(/[\s-]+/g, '_'),
    part: (text) => text.toLowerCase(),
  },
  name: {
    description: 'a name without blanks at its ends',
    isValue: (text) => text.trim() === text && text !== '',
    meant: (text) => text.trim(),
    part: (text) => text,
  },
  browser: named('a browser as user agents are read, such as `Firefox`', () => Object.values(Bowser.BROWSER_MAP)),
  operatingSystem: named('an operating system as user agents are read, such as `Windows`', () => Object.values(Bowser.OS_MAP)),
}

/** Names of which many are known: another spelling of a known one is never read, and any other name may be. */
function named(description: string, names: () => readonly string[]): Spelling {
  let byLowerCase: ReadonlyMap<string, string> | undefined
  const known = (text: string): string | undefined => {
    byLowerCase ??= new Map(names().map((name) => [name.toLowerCase(), name]))
    return byLowerCase.get(text.trim().toLowerCase())
  }
  return { description, isValue: (text) => (known(text) ?? text) === text, meant: known, part: (text) => text }
}

/** Why no signal of the form ever has this value, with the spelling meant. `undefined`: one can have it. */
export function spellingProblem(form: TextForm, text: string): string | undefined {
  const { description, isValue, meant } = spellings[form]
  if (isValue(text)) return undefined
  const network = form === 'address' && isNetwork(text.trim()) ? '; use `inCidr` for networks' : undefined
  return `\`${shown(text)}\` is not ${description}, so nothing is ever equal to it${network ?? didYouMean(meant(text), isValue)}`
}

/** Why no value of the form begins, ends or goes on with this part. `undefined`: one can. */
export function partProblem(form: TextForm, text: string, at: 'start' | 'end' | 'within'): string | undefined {
  const { description, part } = spellings[form]
  const meant = part(text, at)
  if (meant === text) return undefined
  const where = { start: 'starts with', end: 'ends with', within: 'contains' }[at]
  const network = form === 'address' && meant === undefined ? '; use `inCidr` for networks' : undefined
  return `no ${description.replace(/^an? /, '').replace(/, (such as .*)$/, ', $1,')} ${where} \`${shown(text)}\`${network ?? didYouMean(meant)}`
}

function didYouMean(meant: string | undefined, isValue: (text: string) => boolean = () => true): string {
  return meant === undefined || meant === '' || !isValue(meant) ? '' : `; did you mean \`${meant}\`?`
}

function domainMeant(text: string): string | undefined {
  const bare = text
    .trim()
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, '')
    .replace(/[/?#].*$/, '')
    .replace(/^.*@/, '')
    .replace(/^\*?\./, '')
    .replace(/\.$/, '')
  return /^[^\s@*]+$/.test(bare) ? bare : undefined
}

function domainPart(text: string): string | undefined {
  const bare = text
    .trim()
    .toLowerCase()
    .replace(/^.*@/, '')
    .replace(/^\*(?=\.)/, '')
  return /^[^\s@*]*$/.test(bare) ? bare : undefined
}

function methodMeant(text: string): string | undefined {
  const capitals = text
    .trim()
    .toUpperCase()
    .replace(/[\s-]+/g, '_')
  return Object.hasOwn(verificationMethods, capitals) ? capitals : undefined
}

function shown(text: string): string {
  return text.length > 64 ? `${text.slice(0, 63)}…` : text
}
