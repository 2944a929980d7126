import type { ConditionsContext } from '@sallyport/engine/check'
import type { ExplainOptions } from '@sallyport/engine/explain'
import { useQuery, useSuspenseQueries } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { components } from '../../../generated/api-types.ts'
import { api } from '../../api/api.ts'
import type { RecentSignal } from '../../rule-tree/recent-values.ts'
import { type SignalChoice, signalChoices } from '../../rule-tree/signal-choices.ts'

/** What a rule of the tenant can speak of. */
export interface World {
  choices: readonly SignalChoice[]
  lists: readonly components['schemas']['ValueList'][]
  dataPoints: readonly components['schemas']['CustomDataPoint'][]
  /** For the checks of the engine. */
  context: ConditionsContext
  /** For the sentences of the engine. */
  words: ExplainOptions
}

/** Suspends until everything is there. */
export function useWorld(): World {
  const [dataPoints, lists, features] = useSuspenseQueries({
    queries: [
      { queryKey: ['data-points'], queryFn: () => api.get('/custom-data-points') },
      { queryKey: ['lists'], queryFn: () => api.get('/value-lists') },
      { queryKey: ['features'], queryFn: () => api.get('/velocity-features') },
    ],
  })
  return useMemo(() => worldOf(dataPoints.data, lists.data, features.data), [dataPoints.data, lists.data, features.data])
}

function worldOf(
  dataPoints: World['dataPoints'],
  lists: World['lists'],
  features: readonly components['schemas']['VelocityFeature'][],
): World {
  const declared = features as unknown as NonNullable<ExplainOptions['features']>
  return {
    dataPoints,
    lists,
    choices: signalChoices({ dataPoints, features: declared }),
    context: {
      dataPoints: new Map(dataPoints.map((point) => [point.name, point])),
      lists: new Map(lists.filter(({ isActive }) => isActive).map(({ alias, valueListItems }) => [alias, new Set(valueListItems)])),
      features: declared,
    },
    words: {
      dataPoints: new Map(dataPoints.map((point) => [point.name, point])),
      lists: new Map(lists.map(({ alias, name }) => [alias, name])),
      features: declared,
    },
  }
}

export interface Recent {
  /** Events that were looked at. */
  of: number
  bySignal: ReadonlyMap<string, RecentSignal>
}

/** What the signals had lately. `undefined`: it is not there yet, or could not be read; a rule can be written without it. */
export function useRecent(actionCode: string): Recent | undefined {
  const { data } = useQuery({
    queryKey: ['recent-values', actionCode],
    queryFn: ({ signal }) => api.get('/action-configurations/{actionCode}/recent-values', { path: { actionCode }, signal }),
    staleTime: 5 * 60_000,
  })
  return useMemo(() => data && { of: data.of, bySignal: new Map(data.signals.map((signal) => [signal.signal, signal])) }, [data])
}
