import { countryName } from '../../parts/country-name.ts'
import type { TimeRange } from '../../url/time-range.ts'
import { type EventFilters, several } from './event-filters.ts'
import { readTimeWords } from './read-time-words.ts'
import { fields, outcomes, stateNames, stateWords, textFields, unsearchable, type Vocabulary } from './search-words.ts'

/** What a text in the search box means. Whatever is not in `filters` or `range` is in `problems`: nothing is dropped. */
export interface ParsedSearch {
  filters: EventFilters
  range?: TimeRange
  /** What cannot be done, with the part that stays in the box. */
  problems: { part: string; says: string }[]
  /** What was understood in another way than it may have been meant. */
  notes: string[]
}

interface Token {
  /** As it was typed. */
  part: string
  isNegated: boolean
  field?: string
  operator?: string
  value: string
  isQuoted: boolean
}

type Found = { filters: EventFilters; note?: string } | { says: string }

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
  add(parsed, token.part, token.field === undefined ? bare(token, vocabulary) : withField(token, vocabulary, now))
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

/** A word without a field. */
function bare({ value, isQuoted }: Token, vocabulary: Vocabulary): Found {
  if (isQuoted) return words(value)
  if (isAddress(value)) return { filters: { ipAddress: value } }
  const lower = value.toLowerCase()
  const states = statesOf(value)
  if (states !== undefined) return { filters: { state: states.join(',') } }
  if (lower === 'disputed') return { filters: { isDisputed: 'true' } }
  const action = vocabulary.actions.find((code) => code.toLowerCase() === lower)
  if (action !== undefined) return { filters: { action } }
  const rule = vocabulary.rules.find(({ ruleId }) => ruleId === value)
  return rule === undefined ? words(value) : { filters: { ruleId: rule.ruleId } }
}

function words(value: string): Found {
  const kept = value.trim().replace(/\s+/g, ' ')
  if (kept === '') return { says: 'There is nothing between the quotes.' }
  if (!/[\p{L}\p{N}]/u.test(kept)) return { says: 'Only words with letters or digits are found.' }
  return { filters: { text: kept } }
}

function withField(token: Token, vocabulary: Vocabulary, now: number): Found {
  const { field = '', operator = ':', value, part } = token
  const lower = field.toLowerCase()
  const isEqual = operator === ':' || operator === '=' || operator === '=='
  if (/^(user\.)?custom\./i.test(field)) return customData(token)
  const filter = Object.hasOwn(fields, lower) ? fields[lower] : undefined
  const sought = Object.hasOwn(textFields, lower) ? textFields[lower] : undefined
  const other = Object.hasOwn(unsearchable, lower) ? unsearchable[lower] : undefined
  if (other !== undefined) return { says: `A search cannot be narrowed by ${other}.` }
  if (filter === undefined && sought === undefined) {
    const close = closest(lower, [...Object.keys(fields), ...Object.keys(textFields)])
    if (close !== undefined) return { says: `There is no \`${field}\`. Did you mean \`${close}:${value}\`?` }
    return isEqual ? words(part) : { says: `A search cannot compare \`${field}\`.` }
  }
  if (!isEqual) return { says: `\`${field}\` takes a value: \`${field}:…\`. A search cannot compare it.` }
  if (value === '') return { says: `Write what to look for: \`${field}:value\`.` }
  if (sought !== undefined) return { ...words(value), note: `Words are found wherever they were tracked, so not in ${sought} alone.` }
  return readValue(filter ?? 'text', value, vocabulary, now)
}

/** `custom.amount>2000` compares what was tracked; with a colon any word of the custom data is found. */
function customData({ field = '', operator = ':', value }: Token): Found {
  if (value === '') return { says: `Write what to look for: \`${field}${operator}value\`.` }
  if (operator === ':') {
    return { ...words(value), note: `Words of custom data are found in whichever value has them. \`${field}=${value}\` looks in it alone.` }
  }
  const [, name = '', deeper] = /^custom\.([^.]+)(\..*)?$/i.exec(field) ?? []
  if (name === '') return { says: `A search cannot compare \`${field}\`: only data that came with the action.` }
  if (deeper !== undefined) return { says: `A search cannot look inside \`custom.${name}\`.` }
  if (operator === '!=') return { says: 'A search cannot leave things out.' }
  const sign = operator === '==' ? '=' : operator
  const plain = sign === '=' ? value : value.replaceAll('_', '')
  if (plain.includes(',')) return { says: `Write \`${field}${sign}…\` without a comma: a comma stands between comparisons.` }
  if (sign !== '=' && !(Number.isFinite(Number(plain)) && /^[+-]?[\d.]/.test(plain)))
    return { says: `Only numbers have a size: \`${field}${sign}2000\`.` }
  return { filters: { custom: `${name}${sign}${plain}` } }
}

function readValue(filter: (typeof fields)[string], value: string, vocabulary: Vocabulary, now: number): Found {
  switch (filter) {
    case 'userId':
    case 'deviceId':
      return { filters: { [filter]: value } }
    case 'ipAddress':
      return isAddress(value)
        ? { filters: { ipAddress: value } }
        : { says: `\`${value}\` is neither an address nor a range such as \`10.0.0.0/8\`.` }
    case 'state': {
      const found = value.split(',').map((one) => ({ one, states: statesOf(one) }))
      const wrong = found.find(({ states }) => states === undefined)
      if (wrong !== undefined) return { says: `There is no state \`${wrong.one}\`: ${Object.keys(stateWords).join(', ')}.` }
      return { filters: { state: [...new Set(found.flatMap(({ states = [] }) => states))].join(',') } }
    }
    case 'outcome': {
      const found = value.split(',').map((one) => one.trim().toUpperCase())
      const wrong = found.find((one) => !outcomes.includes(one))
      return wrong === undefined
        ? { filters: { outcome: found.join(',') } }
        : { says: `An outcome is ${outcomes.map((one) => `\`${one.toLowerCase()}\``).join(', ')}.` }
    }
    case 'country': {
      const found = value.split(',').map((one) => ({ one, code: countryOf(one) }))
      const wrong = found.find(({ code }) => code === undefined)
      if (wrong !== undefined)
        return { says: `\`${wrong.one}\` is no country: write its code, such as \`DE\`, its English name, or \`none\`.` }
      return { filters: { country: found.map(({ code }) => code).join(',') } }
    }
    case 'action': {
      const found = value.split(',').map((one) => ({ one, code: actionOf(one, vocabulary) }))
      const wrong = found.find(({ code }) => code === undefined)
      if (wrong === undefined) return { filters: { action: found.map(({ code }) => code).join(',') } }
      const close = closest(wrong.one.toLowerCase(), vocabulary.actions)
      return { says: `There is no action \`${wrong.one}\`.${close === undefined ? '' : ` Did you mean \`${close}\`?`}` }
    }
    case 'ruleId':
      return ruleOf(value, vocabulary)
    case 'label':
      return /^(good|fraud|none)$/i.test(value)
        ? { filters: { label: value.toLowerCase() } }
        : { says: 'A label is `good`, `fraud` or `none`.' }
    case 'isDisputed':
      if (/^(yes|true|1)$/i.test(value)) return { filters: { isDisputed: 'true' } }
      return /^(no|false|0)$/i.test(value) ? { filters: { isDisputed: 'false' } } : { says: '`disputed:` is `yes` or `no`.' }
    case 'order':
      return /^(newest|oldest)$/i.test(value) ? { filters: { order: value.toLowerCase() } } : { says: 'The order is `newest` or `oldest`.' }
    case 'time': {
      const time = readTimeWords(value.split(/\s+/), now)
      return time?.range === undefined
        ? { says: `\`${value}\` is no time. Write \`last 3 h\`, \`today\` or \`since 2027-01-31\`.` }
        : { filters: {} }
    }
    default:
      return words(value)
  }
}

function statesOf(text: string): readonly string[] | undefined {
  const lower = text.toLowerCase()
  if (Object.hasOwn(stateWords, lower)) return stateWords[lower]
  const name = text.toUpperCase()
  return stateNames.includes(name) ? [name] : undefined
}

/** The code of a country by its code or its English name; `none` is not known. */
function countryOf(text: string): string | undefined {
  const lower = text.trim().toLowerCase()
  if (lower === 'none') return lower
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
  const codes = letters.flatMap((first) => letters.map((second) => `${first}${second}`)).filter((code) => countryName(code) !== code)
  return codes.find((code) => code.toLowerCase() === lower) ?? codes.find((code) => countryName(code).toLowerCase() === lower)
}

function actionOf(text: string, { actions }: Vocabulary): string | undefined {
  const lower = text.toLowerCase()
  const exact = actions.find((code) => code.toLowerCase() === lower)
  if (exact !== undefined) return exact
  const found = actions.filter((code) => code.toLowerCase().split(/[-_]/).includes(lower))
  return found.length === 1 ? found[0] : undefined
}

function ruleOf(text: string, { rules }: Vocabulary): Found {
  const lower = text.toLowerCase()
  const exact = rules.filter(({ ruleId, name }) => ruleId === text || name.toLowerCase() === lower)
  const found = exact.length > 0 ? exact : rules.filter(({ name }) => name.toLowerCase().includes(lower))
  const [one] = found
  // A rule that is gone has no name any more, and its id still finds its events.
  if (one === undefined) return /^[0-9a-f-]{36}$/i.test(text) ? { filters: { ruleId: text } } : { says: `No rule is called \`${text}\`.` }
  if (found.length === 1) return { filters: { ruleId: one.ruleId } }
  const listed = found.slice(0, 4).map(({ name, actionCode, ruleId }) => `“${name}” of \`${actionCode}\`: \`rule:${ruleId}\``)
  return { says: `${found.length} rules are called so. ${listed.join('; ')}.` }
}

/** A rule whose whole name stands here, in as many words as it has. */
function ruleNamed(words: readonly string[], vocabulary: Vocabulary): { part: string; taken: number; found: Found } | undefined {
  for (const name of new Set(vocabulary.rules.map((rule) => rule.name))) {
    const wanted = name.split(/\s+/)
    const part = words.slice(0, wanted.length).join(' ')
    if (wanted.length > 1 && part.toLowerCase() === name.toLowerCase())
      return { part, taken: wanted.length, found: ruleOf(name, vocabulary) }
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

/** An address or a range, in either version of the protocol. The API looks more closely. */
export function isAddress(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/')
  if (more.length > 0 || (prefix !== undefined && !/^\d{1,3}$/.test(prefix))) return false
  const bits = Number(prefix ?? 0)
  const parts = address.split('.')
  if (parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)) return bits <= 32
  if (!/^[0-9a-f:]+(:\d+\.\d+\.\d+\.\d+)?$/i.test(address) || bits > 128) return false
  const groups = address.split(':')
  const isShort = address.includes('::')
  return (
    groups.length >= 3 &&
    groups.length <= (isShort ? 9 : 8) &&
    (isShort || groups.length === 8) &&
    groups.every((group) => group.length <= 4 || group.includes('.'))
  )
}

/** The name that is one typing mistake away. */
function closest(text: string, names: readonly string[]): string | undefined {
  if (text.length < 3) return undefined
  return names.find((name) => name.length >= 3 && isOneAway(text, name.toLowerCase()))
}

function isOneAway(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1 || a === b) return false
  let begin = 0
  while (begin < a.length && a[begin] === b[begin]) begin++
  let [endA, endB] = [a.length, b.length]
  while (endA > begin && endB > begin && a[endA - 1] === b[endB - 1]) {
    endA--
    endB--
  }
  const [left, right] = [a.slice(begin, endA), b.slice(begin, endB)]
  const isSwapped = left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0]
  return isSwapped || (left.length <= 1 && right.length <= 1)
}

/** Splits at spaces that are not in quotes. A field is a name before `:`, `=`, `<` or `>`; an address is none, though it has colons. */
function tokensOf(text: string): Token[] {
  const parts = text.match(/(?:[^\s"]*"[^"]*"?)+[^\s"]*|\S+/g) ?? []
  return parts.map((part): Token => {
    const isNegated = /^-[^\d-]/.test(part) || /^!./.test(part)
    const body = isNegated ? part.slice(1) : part
    if (isAddress(body)) return { part, isNegated, value: body, isQuoted: false }
    const [, field, operator, rest = ''] = /^(custom\.[\p{L}\p{N}_.-]+|[a-z][\w.]*)(:|==|>=|<=|!=|=|>|<)(.*)$/isu.exec(body) ?? []
    const value = field === undefined ? body : rest
    const isQuoted = value.startsWith('"')
    const plain = isQuoted ? value.replaceAll('"', '') : value
    return { part, isNegated, value: plain, isQuoted, ...(field !== undefined && operator !== undefined && { field, operator }) }
  })
}
