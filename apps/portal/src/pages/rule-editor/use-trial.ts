import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query'
import { useRef } from 'react'
import type { components } from '../../../generated/api-types.ts'
import { api } from '../../api/api.ts'
import type { PolicyDraft } from '../../policy-draft/policy-draft.ts'
import { type BenchEvent, draftToTry } from './bench-events.ts'

export interface Trial {
  /** Absent: nothing was decided yet. */
  data?: components['schemas']['Evaluation']
  /** It is of the draft before; the newer answer is on its way, or cannot be had. */
  isOld: boolean
  error: unknown
}

/** What the draft decides for each event, asked again after each change. Until then the answer from before stands. */
export function useTrials(actionCode: string, draft: PolicyDraft, events: readonly BenchEvent[]): Trial[] {
  const last = useRef(new Map<string, components['schemas']['Evaluation']>())
  const queries = useQueries({
    queries: events.map(({ event }) => ({
      queryKey: ['trial', actionCode, event, draft],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        api.post('/action-configurations/{actionCode}/evaluate', {
          path: { actionCode },
          body: { event, draft: draftToTry(draft) },
          signal,
        }),
      gcTime: 30_000,
      retry: false,
    })),
  })
  return queries.map(({ data, error }, place) => {
    const id = events[place]?.id ?? ''
    if (data !== undefined) last.current.set(id, data)
    const shown = data ?? last.current.get(id)
    return { ...(shown === undefined ? {} : { data: shown }), isOld: data === undefined, error: error ?? undefined }
  })
}

/** How the saved tests of the action turn out with the draft. */
export function useTestRun(actionCode: string, draft: PolicyDraft, isWanted: boolean) {
  return useQuery({
    queryKey: ['trial', actionCode, 'tests', draft],
    queryFn: ({ signal }) =>
      api.post('/action-configurations/{actionCode}/tests/run', { path: { actionCode }, body: { draft: draftToTry(draft) }, signal }),
    enabled: isWanted,
    placeholderData: keepPreviousData,
    gcTime: 30_000,
    retry: false,
  })
}
