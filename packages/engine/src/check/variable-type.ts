import type { JsonValue } from '../facts/json-value.ts'
import type { ListValues } from '../language/list-values.ts'
import { findSignal, signalRegistry } from '../signals/registry.ts'
import type { SignalDefinition, TextForm } from '../signals/signals.ts'

/** What is known about a value without evaluating it. */
export interface ValueType {
  kind: 'boolean' | 'number' | 'text' | 'array' | 'list' | 'null' | 'object' | 'any'
  /** What the elements of an array or list are. */
  elements?: 'number' | 'text' | 'any'
  /** All values a text or a number can have. */
  values?: readonly (string | number)[]
  /** How a text, or each element of an array, is spelled. */
  form?: TextForm
  /** The smallest and largest number it can be. */
  range?: readonly [number, number]
  /** It is never a fraction. */
  isWhole?: boolean
  /** What stands in for a missing value. It need not be a value that the signal itself can have. */
  fallback?: string | number
}

/** What conditions are checked against, apart from the registry of signals. */
export interface ConditionsContext {
  /** The tenant's custom data points by name. */
  dataPoints: ReadonlyMap<string, DataPointType>
  /** Value lists by alias. */
  lists: ReadonlyMap<string, ListValues>
  /** Velocity features the tenant declares. */
  features?: readonly { name: string }[]
}

export interface DataPointType {
  dataType: 'text' | 'number' | 'boolean' | 'multiselect'
  modelType: 'action' | 'user'
}

export const anyType: ValueType = { kind: 'any' }

const kindOfDataPoint = { text: 'text', number: 'number', boolean: 'boolean', multiselect: 'array' } as const
const kindOfSignal = { string: 'text', number: 'number', boolean: 'boolean', strings: 'array' } as const

/** Numbers that have a few values only. */
const choices: Readonly<Record<string, readonly number[]>> = { 'ip.version': [4, 6] }

const ranges: Readonly<Record<string, readonly [number, number]>> = {
  'ip.anonymityConfidence': [0, 1],
  'ip.reputation': [0, 100],
  'ip.location.latitude': [-90, 90],
  'ip.location.longitude': [-180, 180],
  'ip.version': [4, 6],
  'time.hour': [0, 23],
  'time.dayOfWeek': [1, 7],
  'risk.score': [0, 100],
  'device.count': [0, 51],
  'authenticator.count': [0, 20],
}

/** Units in which things are measured rather than counted. */
const measured = new Set(['degrees', 'km', 'km/h'])
const numbered = new Set(['ip.asn', 'ip.version'])

/**
 * The type of the value with this name, or a text that says why there is none. The text suggests the name that was probably meant unless
 * `suggest` is false.
 */
export function typeOfVariable(name: string, context: ConditionsContext, suggest = true): ValueType | string {
  const type = lookUp(name, context)
  if (typeof type !== 'string' || !suggest || type.includes(' write `')) return type
  return `${type}${didYouMean(name, namesOf(context))}`
}

function lookUp(name: string, context: ConditionsContext): ValueType | string {
  const signal = findSignal(name)?.definition
  if (signal !== undefined) {
    const range =
      ranges[signal.name] ?? (signal.type === 'number' && signal.unit !== undefined && signal.unit !== 'degrees' ? counted : undefined)
    const isWhole = signal.unit === undefined ? numbered.has(signal.name) : !measured.has(signal.unit)
    return {
      kind: kindOfSignal[signal.type],
      elements: 'text',
      values: signal.values ?? choices[signal.name],
      form: signal.form,
      range,
      isWhole,
    }
  }
  if (name.startsWith('custom.')) return typeOfDataPoint(name.slice(7), 'action', context)
  if (name.startsWith('user.custom.')) return typeOfDataPoint(name.slice(12), 'user', context)
  if (name.startsWith('lists.')) return typeOfList(name.slice(6), context)
  if (name.startsWith('velocity.') && context.features?.some((feature) => feature.name === name.slice(9))) return { kind: 'number' }
  return `unknown signal \`${shown(name)}\``
}

const counted: readonly [number, number] = [0, Number.POSITIVE_INFINITY]

function typeOfDataPoint(name: string, modelType: 'action' | 'user', context: ConditionsContext): ValueType | string {
  const dataPoint = context.dataPoints.get(name)
  if (dataPoint?.modelType === modelType) return { kind: kindOfDataPoint[dataPoint.dataType], elements: 'text' }
  if (dataPoint === undefined) {
    return `unknown data point \`${shown(name)}\``
  }
  return modelType === 'action'
    ? `\`${shown(name)}\` is a data point of the user: write \`user.custom.${shown(name)}\``
    : `\`${shown(name)}\` is a data point of the action: write \`custom.${shown(name)}\``
}

function typeOfList(alias: string, context: ConditionsContext): ValueType | string {
  const list = context.lists.get(alias)
  if (list === undefined) return `there is no active list \`${shown(alias)}\``
  const [first] = list
  return { kind: 'list', elements: first === undefined ? 'any' : typeof first === 'number' ? 'number' : 'text' }
}

/** The type of a literal. */
export function typeOfLiteral(value: JsonValue): ValueType {
  if (value === null) return { kind: 'null' }
  if (Array.isArray(value)) {
    const kinds = new Set(value.map((element) => typeof element))
    return { kind: 'array', elements: kinds.size !== 1 ? 'any' : kinds.has('number') ? 'number' : kinds.has('string') ? 'text' : 'any' }
  }
  if (typeof value === 'object') return { kind: 'object' }
  return { kind: typeof value === 'string' ? 'text' : typeof value === 'number' ? 'number' : 'boolean' }
}

function namesOf(context: ConditionsContext): string[] {
  return [
    ...(signalRegistry as readonly SignalDefinition[]).flatMap(({ name, aliases = [] }) => [name, ...aliases]),
    ...[...context.dataPoints].map(([name, { modelType }]) => (modelType === 'action' ? `custom.${name}` : `user.custom.${name}`)),
    ...[...context.lists.keys()].map((alias) => `lists.${alias}`),
    ...(context.features ?? []).map((feature) => `velocity.${feature.name}`),
  ]
}

function shown(name: string): string {
  return name.length > 64 ? `${name.slice(0, 63)}…` : name
}

/** `; did you mean …?` for a name that is almost right. */
export function didYouMean(name: string, names: readonly string[]): string {
  if (name.length > 64) return ''
  let best: string | undefined
  let least = Math.max(2, Math.floor(name.length / 4)) + 1
  for (const candidate of names) {
    const distance =
      candidate.toLowerCase() === name.toLowerCase() || candidate.toLowerCase().endsWith(`.${name.toLowerCase()}`)
        ? 0
        : editDistance(name, candidate)
    if (distance < least) {
      least = distance
      best = candidate
    }
  }
  return best === undefined ? '' : `; did you mean \`${best}\`?`
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 16) return 16
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      current.push(Math.min(change, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[b.length] ?? 0
}
