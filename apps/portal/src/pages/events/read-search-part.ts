import { countryName } from '../../parts/country-name.ts'
import { closestName } from './closest-name.ts'
import type { EventFilters } from './event-filters.ts'
import { readTimeWords } from './read-time-words.ts'
import { isAddress, type Token } from './search-tokens.ts'
import { fields, outcomes, stateNames, stateWords, textFields, unsearchable, type Vocabulary } from './search-words.ts'

/** What a part of a search means, or why it cannot be looked for. */
export type Found = { filters: EventFilters; note?: string } | { says: string }

/** A word without a field. */
export function readBare({ value, isQuoted }: Token, vocabulary: Vocabulary): Found {
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

export function readWithField(token: Token, vocabulary: Vocabulary, now: number): Found {
  const { field = '', operator = ':', value, part } = token
  const lower = field.toLowerCase()
  const isEqual = operator === ':' || operator === '=' || operator === '=='
  if (/^(user\.)?custom\./i.test(field)) return customData(token)
  const filter = Object.hasOwn(fields, lower) ? fields[lower] : undefined
  const sought = Object.hasOwn(textFields, lower) ? textFields[lower] : undefined
  const other = Object.hasOwn(unsearchable, lower) ? unsearchable[lower] : undefined
  if (other !== undefined) return { says: `A search cannot be narrowed by ${other}.` }
  if (filter === undefined && sought === undefined) {
    const close = closestName(lower, [...Object.keys(fields), ...Object.keys(textFields)])
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
      const close = closestName(wrong.one.toLowerCase(), vocabulary.actions)
      return { says: `There is no action \`${wrong.one}\`.${close === undefined ? '' : ` Did you mean \`${close}\`?`}` }
    }
    case 'ruleId':
      return readRule(value, vocabulary)
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

export function readRule(text: string, { rules }: Vocabulary): Found {
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
