import { type DataType, guessType } from '../parts/guess-type.ts'
import type { RecentSignal } from './recent-values.ts'
import { type SignalChoice, typeOfData } from './signal-choices.ts'

/** What can be declared: a data point may be called so. */
const declarable = /^[\p{L}_][\p{L}\p{N}_-]{0,127}$/u

/** Data that arrives with events and is not declared yet, as it could be declared. Data that no rule could compare, such as objects, is left out. */
export interface UndeclaredChoice extends SignalChoice {
  /** Its name as a data point. */
  undeclared: string
  dataType: DataType
}

export function undeclaredChoices(recent: Iterable<RecentSignal>, choices: readonly SignalChoice[]): UndeclaredChoice[] {
  const known = new Set(choices.map(({ name }) => name))
  return [...recent].flatMap((had) => {
    const undeclared = /^custom\.(.+)$/s.exec(had.signal)?.[1] ?? ''
    if (known.has(had.signal) || !declarable.test(undeclared) || had.known === had.other) return []
    const dataType = typeOfValues(had)
    return [
      {
        name: had.signal,
        family: 'undeclared' as const,
        type: typeOfData[dataType],
        label: undeclared,
        meaning: 'it arrives with your events, and no rule can read it before it is declared',
        undeclared,
        dataType,
      },
    ]
  })
}

/** Members of lists are counted one by one, so there are more of them than events. */
function typeOfValues({ known, other, numbers, values, distinct }: RecentSignal): DataType {
  const members = values.reduce((sum, { count }) => sum + count, 0)
  if (numbers === undefined && distinct <= values.length && members > known - other) return 'multiselect'
  if (numbers !== undefined && values.every(({ value }) => typeof value === 'number')) return 'number'
  const types = new Set(values.map(({ value }) => guessType(value)))
  return types.size === 1 ? ([...types][0] ?? 'text') : 'text'
}
