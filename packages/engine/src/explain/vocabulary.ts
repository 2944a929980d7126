import type { JsonValue } from '../facts/json-value.ts'
import type { FeatureDefinition } from '../features/feature-definition.ts'
import { fieldOf } from '../features/feature-definition.ts'
import { findSignal } from '../signals/registry.ts'
import { formatNumber } from './format-number.ts'

/** What a sentence may use besides the rule. Everything is optional: without it, names stand in for labels. */
export interface ExplainOptions {
  /** ISO 4217 code of the currency in which amounts of tracked data are shown. */
  currency?: string
  /** Names of value lists by alias. */
  lists?: ReadonlyMap<string, string>
  /** The tenant's data points by name, with the words for them in a sentence (`the amount`). */
  dataPoints?: ReadonlyMap<string, { dataType: 'text' | 'number' | 'boolean' | 'multiselect'; label?: string }>
  /** Velocity features the tenant declares. */
  features?: readonly FeatureDefinition[]
}

/** The words for a variable, and how it behaves in a sentence. */
export interface Noun {
  /** `the amount`; for a boolean signal the whole clause, `the address is anonymous`. */
  label: string
  /** Boolean signals only. */
  negatedLabel?: string
  isPlural: boolean
  kind: 'boolean' | 'number' | 'text' | 'array' | 'any'
  /** Writes a value of it. */
  show(value: JsonValue): string
}

const spelledUnits = new Set(['days', 'km', 'km/h'])
const weekdays = ['', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

/** The words for a signal, data point, feature or list. */
export function nounOf(name: string, options: ExplainOptions): Noun {
  const signal = findSignal(name)?.definition
  if (signal !== undefined) {
    // Otherwise: `the days since … is over 3 days`.
    const label = signal.unit === 'days' ? signal.label.replace(/^the days since/, 'the time since') : signal.label
    const kind = signal.type === 'string' ? 'text' : signal.type === 'strings' ? 'array' : signal.type
    return {
      label,
      negatedLabel: signal.negatedLabel,
      isPlural: kind === 'array',
      kind,
      show: (value) => showSignal(signal.name, signal.unit, signal.values !== undefined, value),
    }
  }
  if (name.startsWith('custom.')) return dataPointNoun(name.slice(7), 'the', options)
  if (name.startsWith('user.custom.')) return dataPointNoun(name.slice(12), "the user's", options)
  const feature = name.startsWith('velocity.') ? options.features?.find((each) => each.name === name.slice(9)) : undefined
  if (feature !== undefined) return featureNoun(feature, options)
  return { label: `\`${name}\``, isPlural: false, kind: 'any', show: showPlain }
}

/** The words for a value list. */
export function listLabel(alias: string, options: ExplainOptions): string {
  return `the list “${options.lists?.get(alias) ?? alias}”`
}

function showSignal(name: string, unit: string | undefined, isChoice: boolean, value: JsonValue): string {
  if (typeof value === 'number') {
    if (name === 'ip.asn') return String(value)
    if (name === 'time.dayOfWeek') return weekdays[value] ?? String(value)
    if (name === 'time.hour') return `${value}:00`
    const number = formatNumber(value)
    return unit !== undefined && spelledUnits.has(unit) ? `${number} ${value === 1 && unit === 'days' ? 'day' : unit}` : number
  }
  if (Array.isArray(value)) return value.length === 0 ? 'empty' : value.map((each) => showSignal(name, unit, isChoice, each)).join(', ')
  if (typeof value === 'string' && (isChoice || /^[A-Z0-9_.:/-]+$/.test(value) || name === 'ip.address')) return value
  return showPlain(value)
}

function dataPointNoun(name: string, article: string, options: ExplainOptions): Noun {
  const known = options.dataPoints?.get(name)
  const words = spaced(name)
  const kind = known === undefined ? 'any' : known.dataType === 'multiselect' ? 'array' : known.dataType
  if (/^(is|has|was|can) /.test(words)) {
    return {
      label: `the “${words}” flag is set`,
      negatedLabel: `the “${words}” flag is not set`,
      isPlural: false,
      kind: 'boolean',
      show: showPlain,
    }
  }
  const label = known?.label ?? `${article} ${words}`
  const isPlural = kind === 'array' || (kind === 'any' && /[^s]s$/.test(words))
  const currency = moneyWords.test(words) ? options.currency : undefined
  return { label, isPlural, kind, show: (value) => (typeof value === 'number' ? formatNumber(value, currency) : showPlain(value)) }
}

const moneyWords = /\b(amount|value|total|price|balance|limit|cost|fee|payment|sum)\b/

function featureNoun(feature: FeatureDefinition, options: ExplainOptions): Noun {
  const of = feature.of === undefined ? undefined : nounOf(feature.of, options)
  const actions = feature.actions === undefined ? 'actions' : `“${feature.actions.join('” or “')}” actions`
  const among = feature.actions === undefined || feature.metric === 'count' ? '' : ` in ${actions}`
  const what =
    feature.metric === 'count'
      ? `the number of ${actions}`
      : feature.metric === 'sum'
        ? `the total ${totalOf(of)}`
        : `the number of different ${severalOf(feature.of, of)}`
  const field = fieldOf(feature.per)
  const ofField = field === undefined ? undefined : nounOf(`custom.${field}`, options).label.replace(/^the /, '')
  const per = ofField === undefined ? feature.per : feature.per.startsWith('user+') ? `user and ${ofField}` : ofField
  const states = feature.states === undefined ? '' : ` that became ${feature.states.join(' or ')}`
  return {
    label: `${what}${among}${states} per ${per} in ${duration(feature.windowMinutes)}`,
    isPlural: false,
    kind: 'number',
    show: (value) => (feature.metric === 'sum' && of !== undefined ? of.show(value) : showPlain(value)),
  }
}

/** `transaction value`, `of the user's balance`. */
function totalOf(noun: Noun | undefined): string {
  const label = noun?.label ?? 'the value'
  return label.startsWith('the ') ? label.slice('the '.length) : `of ${label}`
}

function severalOf(name: string | undefined, noun: Noun | undefined): string {
  const words = noun?.label.replace(/^the /, '') ?? 'values'
  if (!name?.startsWith('custom.') || noun?.isPlural) return `values of ${noun?.label ?? 'it'}`
  return /[^aeiou]y$/.test(words) ? `${words.slice(0, -1)}ies` : `${words}s`
}

function duration(minutes: number): string {
  const [count, unit] = minutes % 1_440 === 0 ? [minutes / 1_440, 'day'] : minutes % 60 === 0 ? [minutes / 60, 'hour'] : [minutes, 'minute']
  return count === 1 ? `one ${unit}` : `${formatNumber(count)} ${unit}s`
}

/** Writes a value that belongs to no particular variable. */
export function showPlain(value: JsonValue): string {
  if (typeof value === 'number') return formatNumber(value)
  if (typeof value === 'string') return `“${value}”`
  if (Array.isArray(value)) return value.length === 0 ? 'nothing' : value.map(showPlain).join(', ')
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
}

/** A text as it is, anything else as `showPlain` writes it. */
export function plainText(value: JsonValue): string {
  return typeof value === 'string' ? value : showPlain(value)
}

/** `transactionValue`, `transaction_value` → `transaction value`. */
function spaced(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[_.-]+/g, ' ')
    .trim()
    .toLowerCase()
}
