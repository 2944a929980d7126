import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { api } from '../../api/api.ts'
import type { PolicyDraft } from '../../policy-draft/policy-draft.ts'
import { type BenchEvent, draftToTry } from './bench-events.ts'

/** The value as it was when it last stood still. */
export function useSettled<T>(value: T, ms = 350): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return settled
}

/** What the draft decides for each event, asked again after each change. */
export function useTrials(actionCode: string, draft: PolicyDraft, events: readonly BenchEvent[]) {
  return useQueries({
    queries: events.map(({ event }) => ({
      queryKey: ['trial', actionCode, event, draft],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        api.post('/action-configurations/{actionCode}/evaluate', {
          path: { actionCode },
          body: { event, draft: draftToTry(draft) },
          signal,
        }),
      placeholderData: keepPreviousData,
      gcTime: 30_000,
      retry: false,
    })),
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
