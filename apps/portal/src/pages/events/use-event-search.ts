import { useEffect, useMemo, useState } from 'react'
import { useLocation, useSearch } from 'wouter'
import { text } from '../../url/codec.ts'
import { useParam } from '../../url/use-param.ts'
import { useTimeRange } from '../../url/use-time-range.ts'
import { type EventFilters, mergeFilters, readFilters, writeFilters } from './event-filters.ts'
import { parseSearch } from './parse-search.ts'
import { useVocabulary } from './use-vocabulary.ts'

/** What was said about the last search. */
export interface Told {
  problems: readonly { part: string; says: string }[]
  notes: readonly string[]
}

const silent: Told = { problems: [], notes: [] }
const any = text()

/** The search of the page: its filters are in the address, the box holds what is not understood yet. */
export function useEventSearch() {
  const search = useSearch()
  const [path, navigate] = useLocation()
  const { range, setRange } = useTimeRange()
  const { vocabulary, ruleNames, isKnown } = useVocabulary()
  const filters = useMemo(() => readFilters(search), [search])
  const [box, setBox] = useState('')
  const [told, setTold] = useState(silent)
  const [asked, setAsked] = useParam('q', any)

  const setFilters = (next: EventFilters) => {
    const query = writeFilters(window.location.search, next)
    navigate(query === '' ? path : `${path}?${query}`)
  }
  const submit = (typed: string) => {
    const parsed = parseSearch(typed, vocabulary, Date.now())
    const { filters: merged, replaced } = mergeFilters(filters, parsed.filters)
    const notes = [...parsed.notes, ...replaced.map(({ words }) => `An event has only one of these: ${words} was replaced.`)]
    setFilters(merged)
    if (parsed.range !== undefined) setRange(parsed.range)
    setTold({ problems: parsed.problems, notes })
    setBox(parsed.problems.map(({ part }) => part).join(' '))
  }
  // A search that came with the address: from the palette, or typed by hand.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is read once, when the names of rules and actions are there
  useEffect(() => {
    if (asked === '' || !isKnown) return
    setAsked('')
    submit(asked)
  }, [asked, isKnown])

  return {
    filters,
    setFilters,
    range,
    setRange,
    vocabulary,
    ruleNames,
    box,
    setBox: (next: string) => {
      setBox(next)
      if (next === '') setTold(silent)
    },
    told,
    submit,
  }
}

export type EventSearch = ReturnType<typeof useEventSearch>
