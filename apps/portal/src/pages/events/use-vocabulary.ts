import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { api } from '../../api/api.ts'
import type { Vocabulary } from './search-words.ts'

const nothing: Vocabulary = { actions: [], rules: [] }

/** The actions and rules of the tenant, by which events are looked for. `isKnown`: they are read, or cannot be. */
export function useVocabulary(): { vocabulary: Vocabulary; ruleNames: ReadonlyMap<string, string>; isKnown: boolean } {
  const { data = nothing, isPending } = useQuery({
    queryKey: ['events', 'vocabulary'],
    queryFn: async ({ signal }): Promise<Vocabulary> => {
      const actions = (await api.get('/action-configurations', { signal })).map(({ actionCode }) => actionCode)
      const rules = await Promise.all(
        actions.map(async (actionCode) =>
          (await api.get('/action-configurations/{actionCode}/rules', { path: { actionCode }, signal })).map(({ ruleId, name }) => ({
            ruleId,
            name,
            actionCode,
          })),
        ),
      )
      return { actions, rules: rules.flat() }
    },
    staleTime: 60_000,
  })
  const ruleNames = useMemo(() => new Map(data.rules.map(({ ruleId, name }) => [ruleId, name])), [data])
  return { vocabulary: data, ruleNames, isKnown: !isPending }
}
