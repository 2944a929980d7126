import type { TimeRange } from '../../url/time-range.ts'
import { type EventFilters, several } from './event-filters.ts'
import { type Found, readBare, readRule, readWithField } from './read-search-part.ts'
import { readTimeWords } from './read-time-words.ts'
import { type Token, tokensOf } from './search-tokens.ts'
import type { Vocabulary } from './search-words.ts'

/** What a text in the search box means. Whatever is not in `filters` or `range` is in `problems`: nothing is dropped. */
export interface ParsedSearch {
  filters: EventFilters
  range?: TimeRange
  /** What cannot be done, with the part that stays in the box. */
  problems: { part: string; says: string }[]
  /** What was understood in another way than it may have been meant. */
  notes: string[]
}

/** The longest text that the API takes. */
const longestText = 200

/**
 * Reads `user:42 state:challenge 10.0.0.0/8 last 3 h`. All parts have to hold; several states or several actions mean any of them. Words without a field are an
 * address, a state, an action, the name of a rule or a time where they are one, and otherwise words of what was tracked. Quotes make them words.
 */
export function parseSearch(text: string, vocabulary: Vocabulary, now: number): ParsedSearch {
  const parsed: ParsedSearch = { filters: {}, problems: [], notes: [] }
  const tokens = tokensOf(text)
  for (let at = 0; at < tokens.length; ) at += readOne(tokens.slice(at), parsed, vocabulary, now)
  const { text: words } = parsed.filters
  if (words !== undefined && words.length > longestText) {
    delete parsed.filters.text
    parsed.problems.push({ part: words, says: `Words to look for may be ${longestText} characters long; these are ${words.length}.` })
  }
  return parsed
}

/** Reads what stands first, and answers how many tokens that were. */
function readOne(tokens: readonly Token[], parsed: ParsedSearch, vocabulary: Vocabulary, now: number): number {
  const [token] = tokens
  if (token === undefined) return 1
  const isBare = token.field === undefined && !token.isQuoted
  const joining = isBare ? token.value.toLowerCase() : ''
  if (joining === 'and' || joining === '&&') return 1
  const next = tokens[1]
  if ((joining === 'or' || joining === '||') && next !== undefined) {
    parsed.problems.push({
      part: token.part,
      says: 'All parts have to hold. Only states, actions and countries may be several: `state:blocked,failed`.',
    })
    return 1
  }
  if (token.isNegated || (joining === 'not' && next !== undefined)) {
    const part = token.isNegated ? token.part : `${token.part} ${next?.part}`
    parsed.problems.push({ part, says: 'A search cannot leave things out.' })
    return token.isNegated ? 1 : 2
  }
  if (isBare) {
    const words = tokens.map(({ value, field, isQuoted }) => (field === undefined && !isQuoted ? value : ''))
    const time = readTimeWords(words, now)
    if (time !== undefined) {
      const part = tokens
        .slice(0, time.taken)
        .map((one) => one.part)
        .join(' ')
      if (time.range === undefined) parsed.problems.push({ part, says: time.says ?? 'This is no time.' })
      else {
        if (parsed.range !== undefined) parsed.notes.push('One time at once: the last one holds.')
        if (time.says !== undefined) parsed.notes.push(time.says)
        parsed.range = time.range
      }
      return time.taken
    }
    const rule = ruleNamed(words, vocabulary)
    if (rule !== undefined) {
      add(parsed, rule.part, rule.found)
      return rule.taken
    }
    const phone = phoneIn(words)
    if (phone !== undefined) {
      const note = 'Phone numbers are found in what was tracked. A person is found by theirs under Users.'
      add(parsed, phone.part, { filters: { text: phone.digits }, note })
      return phone.taken
    }
  }
  add(parsed, token.part, token.field === undefined ? readBare(token, vocabulary) : readWithField(token, vocabulary, now))
  if (token.field?.toLowerCase() === 'time') {
    const range = readTimeWords(token.value.split(/\s+/), now)?.range
    if (range !== undefined) parsed.range = range
  }
  return 1
}

function add(parsed: ParsedSearch, part: string, found: Found): void {
  if ('says' in found) {
    parsed.problems.push({ part, says: found.says })
    return
  }
  if (found.note !== undefined && !parsed.notes.includes(found.note)) parsed.notes.push(found.note)
  for (const [name, value] of Object.entries(found.filters) as [keyof EventFilters, string][]) {
    const before = parsed.filters[name]
    if (before === undefined) parsed.filters[name] = value
    else if (several.has(name)) parsed.filters[name] = [...new Set([...before.split(','), ...value.split(',')])].join(',')
    else if (name === 'text') parsed.filters.text = `${before} ${value}`
    else if (before !== value) parsed.problems.push({ part, says: 'All parts have to hold, and an event has only one of these.' })
  }
}

/** A rule whose whole name stands here, in as many words as it has. */
function ruleNamed(words: readonly string[], vocabulary: Vocabulary): { part: string; taken: number; found: Found } | undefined {
  for (const name of new Set(vocabulary.rules.map((rule) => rule.name))) {
    const wanted = name.split(/\s+/)
    const part = words.slice(0, wanted.length).join(' ')
    if (wanted.length > 1 && part.toLowerCase() === name.toLowerCase())
      return { part, taken: wanted.length, found: readRule(name, vocabulary) }
  }
  return undefined
}

/** `+44 7700 900123`, in as many words as it has. */
function phoneIn(words: readonly string[]): { part: string; digits: string; taken: number } | undefined {
  if (!/^\+\d/.test(words[0] ?? '')) return undefined
  const end = words.findIndex((word, place) => (place === 0 ? !/^\+[\d().-]+$/.test(word) : !/^[\d().-]+$/.test(word)))
  const taken = end === -1 ? words.length : end
  const part = words.slice(0, taken).join(' ')
  const digits = part.replace(/\D/g, '')
  return taken > 0 && digits.length >= 6 ? { part, digits, taken } : undefined
}
