import type { SignalChoice } from '../../rule-tree/signal-choices.ts'

const weekdays = ['', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
let names: Intl.DisplayNames | undefined

/** A value as people read it: a country by its name, a day by its name. */
export function showValue({ name, form }: Pick<SignalChoice, 'name' | 'form'>, value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (name === 'time.dayOfWeek' && typeof value === 'number') return weekdays[value] ?? String(value)
  if (name === 'time.hour' && typeof value === 'number') return `${value}:00`
  if (form === 'country' && typeof value === 'string') return countryName(value)
  return typeof value === 'number' && name !== 'ip.asn' ? value.toLocaleString('en', { maximumFractionDigits: 10 }) : String(value)
}

/** The English name of a country, or its code where there is none. */
export function countryName(code: string): string {
  names ??= new Intl.DisplayNames(['en'], { type: 'region', fallback: 'code' })
  try {
    return names.of(code) ?? code
  } catch {
    return code
  }
}

/** The days of the week as the signal counts them: Monday is 1. */
export const dayChoices = weekdays.slice(1).map((label, place) => ({ value: String(place + 1), label }))
