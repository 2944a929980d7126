import { findSignal } from '@sallyport/engine/signals'
import type { Receipt, ReceiptSignal } from './receipt.ts'

const day = 86_400_000

/** A signal of a decision, in the words of its definition. */
export interface SignalLine {
  name: string
  /** `the age of the device`; for a signal that holds or does not, the clause: `the address is anonymous`. */
  label: string
  meaning: string | undefined
  value: string
  /** There is no value: why. */
  isMissing: boolean
  /** The value at the event before of the same user, where it was another. */
  before?: string
  source: string
  usedBy: readonly string[]
}

export interface SignalGroup {
  id: string
  title: string
  /** Changed ones first, then those that rules read, then the rest. */
  lines: readonly SignalLine[]
  /** Without a value, and read by no rule. */
  silent: readonly SignalLine[]
}

const titles: readonly [id: string, title: string][] = [
  ['custom', 'What the application sent'],
  ['ip', 'Address'],
  ['device', 'Device'],
  ['user', 'User'],
  ['velocity', 'Counts'],
  ['risk', 'Score'],
  ['authenticator', 'Authenticators'],
  ['time', 'Time'],
]

/** An event with its signals. `createdAt` is ISO. */
type Decided = Pick<Receipt, 'createdAt' | 'signals'>

/** The signals of an event by family. `before`: the event before of the same user. */
export function groupSignals({ signals, createdAt }: Decided, before: Decided | undefined): SignalGroup[] {
  const earlier = new Map(before?.signals.map((signal) => [signal.name, signal]))
  const daysBetween = before === undefined ? 0 : (Date.parse(createdAt) - Date.parse(before.createdAt)) / day
  const lines = signals.map((signal) => ({
    family: familyOf(signal.name),
    line: lineOf(signal, earlier.get(signal.name), createdAt, daysBetween),
  }))
  return titles.flatMap(([id, title]) => {
    const own = lines.filter(({ family }) => family === id).map(({ line }) => line)
    if (own.length === 0) return []
    const isSilent = (line: SignalLine) => line.isMissing && line.usedBy.length === 0 && line.before === undefined
    const shown = own.filter((line) => !isSilent(line)).toSorted((a, b) => rank(a) - rank(b))
    return [{ id, title, lines: shown, silent: own.filter(isSilent) }]
  })
}

function rank({ before, usedBy }: SignalLine): number {
  return (before === undefined ? 2 : 0) + (usedBy.length === 0 ? 1 : 0)
}

function familyOf(name: string): string {
  if (name.startsWith('custom.')) return 'custom'
  if (name.startsWith('user.custom.')) return 'user'
  if (name.startsWith('velocity.')) return 'velocity'
  return findSignal(name)?.definition.family ?? 'custom'
}

function lineOf(signal: ReceiptSignal, earlier: ReceiptSignal | undefined, decidedAt: string, daysBetween: number): SignalLine {
  const definition = findSignal(signal.name)?.definition
  const unit = definition?.unit
  const isChanged =
    earlier !== undefined && signal.source !== 'clock' && !isSame(signal, earlier) && !isOlder(signal, earlier, unit, daysBetween)
  return {
    name: signal.name,
    label: definition?.label ?? signal.name,
    meaning: definition?.meaning,
    value: valueText(signal, unit),
    isMissing: signal.missing !== undefined,
    ...(isChanged && { before: valueText(earlier, unit) }),
    source: sourceText(signal, decidedAt),
    usedBy: signal.usedBy,
  }
}

/** An age that has grown with the time between the two events says nothing new. */
function isOlder(now: ReceiptSignal, earlier: ReceiptSignal, unit: string | undefined, daysBetween: number): boolean {
  if (unit !== 'days' || typeof now.value !== 'number' || typeof earlier.value !== 'number') return false
  return Math.abs(now.value - earlier.value - daysBetween) <= 1
}

function isSame(a: ReceiptSignal, b: ReceiptSignal): boolean {
  if (a.missing !== undefined || b.missing !== undefined) return a.missing !== undefined && b.missing !== undefined
  return JSON.stringify(a.value) === JSON.stringify(b.value)
}

const missingWords = { not_provided: 'not provided', not_applicable: 'not applicable', unavailable: 'unavailable' } as const

/** A value as people read it. */
export function valueText({ value, missing }: Pick<ReceiptSignal, 'value' | 'missing'>, unit?: string): string {
  if (missing !== undefined) return missingWords[missing]
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') {
    const number = value.toLocaleString('en', { maximumFractionDigits: 3 })
    if (unit === undefined) return number
    return unit === 'percent' ? `${number} %` : `${number} ${value === 1 ? unit.replace(/s$/, '') : unit}`
  }
  if (typeof value === 'string') return value === '' ? 'empty' : value
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object')) return value.length === 0 ? 'none' : value.join(', ')
  return JSON.stringify(value)
}

const sources: Readonly<Record<ReceiptSignal['source'], string>> = {
  event: 'sent by the application',
  'address data': 'address data',
  profile: 'what is remembered',
  score: 'computed',
  clock: 'the time of the event',
  counter: 'counted',
}

function sourceText({ source, dataSet, dataDate }: ReceiptSignal, decidedAt: string): string {
  if (dataSet === undefined) return sources[source]
  if (dataDate === undefined) return `data set ${dataSet}`
  const days = Math.max(0, Math.floor((Date.parse(decidedAt) - Date.parse(dataDate)) / day))
  return `data set ${dataSet}, ${days === 0 ? 'of that day' : days === 1 ? '1 day old then' : `${days} days old then`}`
}
