import { useQuery } from '@tanstack/react-query'
import type { components } from '../../../generated/api-types.ts'
import { api } from '../../api/api.ts'
import type { DraftRule } from '../../policy-draft/policy-draft.ts'

/** The latest changes of value lists and velocity features, and the names that the rules read. */
export function useSharedChanges(rules: readonly DraftRule[]): {
  entries: readonly components['schemas']['AuditEntry'][]
  reads: readonly string[]
} {
  const { data: engine } = useQuery({
    queryKey: ['engine', 'language'],
    queryFn: () => import('@sallyport/engine/language'),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const { data: entries } = useQuery({
    queryKey: ['audit', 'shared'],
    queryFn: async ({ signal }) => {
      const pages = await Promise.all(
        ['value_list', 'velocity_feature'].map((event) => api.get('/audit', { query: { event, limit: 100 }, signal })),
      )
      return pages.flatMap((page) => page.entries)
    },
  })
  if (engine === undefined || entries === undefined) return { entries: [], reads: [] }
  return { entries, reads: rules.flatMap(({ conditions }) => engine.variablesOf(conditions as Parameters<typeof engine.variablesOf>[0])) }
}
