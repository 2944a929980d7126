import { useQuery } from '@tanstack/react-query'
import { api } from '../api/api.ts'
import type { DraftRule, PolicyDraft } from './policy-draft.ts'
import { policyDefinitionOf, ruleDefinitionOf } from './rule-definition-of.ts'

/** The words that sentences about this tenant's rules use: data points, velocity features and lists. */
export function useWords() {
  return useQuery({
    queryKey: ['words'],
    queryFn: async ({ signal }) => {
      const [dataPoints, features, lists] = await Promise.all([
        api.get('/custom-data-points', { signal }),
        api.get('/velocity-features', { signal }),
        api.get('/value-lists', { signal }),
      ])
      return {
        dataPoints: new Map(dataPoints.map(({ name, dataType }) => [name, { dataType }])),
        features: features.map(({ createdAt: _, isComplete: _1, completeFrom: _2, backfill: _3, ...feature }) => feature),
        lists: new Map(lists.map(({ alias, name }) => [alias, name])),
      }
    },
    staleTime: 60_000,
  })
}

export interface Sentences {
  /** What a rule does, in the engine's own sentence. */
  ofRule(rule: DraftRule): string
  /** Each difference between two policies, in one sentence. */
  ofDifference(before: PolicyDraft, after: PolicyDraft): string[]
}

/** The sentences of the engine, made in the browser. `undefined` while it is being loaded. */
export function useSentences(): Sentences | undefined {
  const { data: words } = useWords()
  const { data: engine } = useQuery({
    queryKey: ['engine', 'explain'],
    queryFn: () => import('@sallyport/engine/explain'),
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (words === undefined || engine === undefined) return undefined
  const options = words as Parameters<typeof engine.explainRule>[1]
  return {
    ofRule: (rule) => {
      try {
        return engine.explainRule(ruleDefinitionOf(rule), options).sentence
      } catch {
        return 'The conditions of this rule cannot be read.'
      }
    },
    ofDifference: (before, after) =>
      engine.diffPolicies(policyDefinitionOf('', before), policyDefinitionOf('', after), options).map(({ sentence }) => sentence),
  }
}
