import { countryName } from '../../parts/country-name.ts'
import { describeState } from '../../parts/state.ts'

/** What a search of events can be narrowed to, as the API names it. Each is also a parameter of this page's address. */
export const filterNames = [
  'userId',
  'ipAddress',
  'country',
  'deviceId',
  'action',
  'state',
  'ruleId',
  'decidedBy',
  'isAlone',
  'shadowRuleId',
  'outcome',
  'custom',
  'label',
  'isDisputed',
  'text',
  'order',
] as const
export type FilterName = (typeof filterNames)[number]
export type EventFilters = Partial<Record<FilterName, string>>

/** Filters that take several values with commas between them: any of them may hold, of comparisons all must. */
export const several: ReadonlySet<FilterName> = new Set(['action', 'state', 'country', 'outcome', 'custom'])

/** The filters in the address of the page. */
export function readFilters(search: string): EventFilters {
  const params = new URLSearchParams(search)
  return Object.fromEntries(filterNames.map((name) => [name, params.get(name) ?? '']).filter(([, value]) => value !== ''))
}

/** The address with other filters. The open row and the pages shown belong to the search before, and go. */
export function writeFilters(search: string, filters: EventFilters): string {
  const params = new URLSearchParams(search)
  for (const name of filterNames) params.delete(name)
  for (const name of filterNames) {
    const value = filters[name]
    if (value !== undefined && value !== '') params.set(name, value)
  }
  for (const name of ['pages', 'open']) params.delete(name)
  return params.toString()
}

/** One filter that can be taken away. */
export interface FilterChip {
  name: FilterName
  value: string
  words: string
}

/** What is understood, one chip for each value. `ruleNames`: names by id. */
export function chipsOf(filters: EventFilters, ruleNames: ReadonlyMap<string, string>): FilterChip[] {
  return filterNames.flatMap((name) => {
    const value = filters[name]
    if (value === undefined || value === '') return []
    const values = several.has(name) ? value.split(',') : name === 'text' ? value.split(/\s+/) : [value]
    return values.filter(Boolean).map((one) => ({ name, value: one, words: describe(name, one, ruleNames) }))
  })
}

function describe(name: FilterName, value: string, ruleNames: ReadonlyMap<string, string>): string {
  switch (name) {
    case 'userId':
      return `user ${value}`
    case 'ipAddress':
      return value.includes('/') ? `addresses in ${value}` : `address ${value}`
    case 'country':
      return value === 'none' ? 'country not known' : `country ${countryName(value)}`
    case 'deviceId':
      return `device ${value}`
    case 'action':
      return `action ${value}`
    case 'state':
      return `state: ${describeState(value).word.toLowerCase()}`
    case 'ruleId':
      return `matched rule ${ruleNames.get(value) ?? value}`
    case 'decidedBy':
      return value === 'none' ? 'decided by no rule' : `decided by ${ruleNames.get(value) ?? value}`
    case 'isAlone':
      return isYes(value) ? 'one rule matched alone' : 'not one rule alone'
    case 'shadowRuleId':
      return `shadow rule ${ruleNames.get(value) ?? value} would have matched`
    case 'outcome':
      return `outcome: ${describeState(value).word.toLowerCase()}`
    case 'custom':
      return value.replace(/^([^<>=]+)(>=|<=|>|<|=)/, '$1 $2 ')
    case 'label':
      return value === 'none' ? 'not labelled' : `labelled ${value}`
    case 'isDisputed':
      return isYes(value) ? 'disputed' : 'not disputed'
    case 'text':
      return `a word begins with “${value}”`
    case 'order':
      return value === 'oldest' ? 'oldest first' : 'newest first'
  }
}

function isYes(value: string): boolean {
  return /^(1|true|yes|on|y|enabled)$/i.test(value)
}

export function withoutChip(filters: EventFilters, { name, value }: FilterChip): EventFilters {
  const { [name]: present = '', ...others } = filters
  const separator = several.has(name) ? ',' : name === 'text' ? ' ' : undefined
  if (separator === undefined) return others
  const left = present.split(separator).filter((one) => one !== '' && one !== value)
  return left.length === 0 ? others : { ...others, [name]: left.join(separator) }
}

/** Adds filters to those in force. Of a filter that takes one value the new one counts; `replaced` says what went. */
export function mergeFilters(present: EventFilters, added: EventFilters): { filters: EventFilters; replaced: FilterChip[] } {
  const filters: EventFilters = { ...present }
  const replaced: FilterChip[] = []
  for (const name of filterNames) {
    const [before, next] = [present[name], added[name]]
    if (next === undefined) continue
    if (before === undefined) filters[name] = next
    else if (several.has(name)) filters[name] = [...new Set([...before.split(','), ...next.split(',')])].join(',')
    else if (name === 'text') filters[name] = [...new Set([...before.split(/\s+/), ...next.split(/\s+/)])].join(' ')
    else {
      filters[name] = next
      if (before !== next) replaced.push({ name, value: before, words: describe(name, before, new Map()) })
    }
  }
  return { filters, replaced }
}
