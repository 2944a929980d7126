import type { FeatureDefinition } from '@sallyport/engine/features'
import { useQuery } from '@tanstack/react-query'
import { type Answer, api } from '../../api/api.ts'

export type Feature = Answer<'get', '/velocity-features'>[number]

/** How often the progress of filling is asked for. */
const pollMs = 1000

/** All features; while one is being filled, again and again. */
export function useFeatures() {
  return useQuery({
    queryKey: ['features'],
    queryFn: ({ signal }) => api.get('/velocity-features', { signal }),
    refetchInterval: ({ state }) => (state.data?.some(({ backfill }) => backfill?.status === 'running') ? pollMs : false),
  })
}

/** A feature of the API as the engine knows it. */
export function definitionOfFeature({ createdAt: _, completeFrom: __, isComplete: ___, backfill: ____, ...definition }: Feature) {
  return definition as FeatureDefinition
}
