import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { Button } from '../../parts/button.tsx'
import { Problem } from '../../parts/problem.tsx'
import { announce } from '../../parts/toast.ts'
import { newRuleId } from '../../policy-draft/policy-draft.ts'
import type { PolicyDraftState } from '../../policy-draft/use-policy-draft.ts'
import { recommendedDataPoint, recommendedFeature, withRecommended } from './recommended-policy.ts'

/** The whole recommended policy with one button. Its rules are in the changes then, and nothing of them is live. */
export function UseRecommendedPolicy({ actionCode, state }: { actionCode: string; state: PolicyDraftState }) {
  const { may } = useMe()
  const client = useQueryClient()
  const points = useQuery({ queryKey: ['data-points'], queryFn: ({ signal }) => api.get('/custom-data-points', { signal }) })
  const features = useQuery({ queryKey: ['features'], queryFn: ({ signal }) => api.get('/velocity-features', { signal }) })
  const add = useMutation({
    mutationFn: async () => {
      const { name, modelType } = recommendedDataPoint
      const isDeclared = points.data?.some((one) => one.name === name && one.modelType === modelType)
      if (!isDeclared) await api.post('/custom-data-points', { body: recommendedDataPoint })
      const wanted = recommendedFeature(actionCode, features.data ?? [])
      const { actions, states, ...feature } = wanted.feature
      if (!wanted.isDeclared) await api.post('/velocity-features', { body: { ...feature, actions: [...actions], states: [...states] } })
      return wanted.feature.name
    },
    onSuccess: (feature) => {
      const before = state.draft
      state.change((draft) => withRecommended(draft, feature, newRuleId))
      announce('The recommended rules are in your changes. They are not live yet.', async () => state.change(() => before))
    },
    onSettled: () => Promise.all(['features', 'data-points', 'words'].map((key) => client.invalidateQueries({ queryKey: [key] }))),
  })
  if (!may('POST /custom-data-points') || !may('POST /velocity-features')) return null
  return (
    <section className="mt-2 rounded border p-3">
      <div className="flex flex-wrap items-start gap-2">
        <h3 className="min-w-0 flex-1 basis-48 font-medium">The recommended policy</h3>
        <Button isBusy={add.isPending} disabled={points.data === undefined || features.data === undefined} onClick={() => add.mutate()}>
          Use the recommended policy
        </Button>
      </div>
      <p className="max-w-[75ch] text-sm text-pretty text-soft">
        Five rules for transfers: Tor, strangers, new countries, more than 2,000 in a day away from a trusted device and address, and more
        than 10,000 in a day from anywhere. An event that lacks its address, device, user agent or amount is challenged too. Also declares
        what they count and read.
      </p>
      {add.isError && (
        <div className="mt-2">
          <Problem what="The recommended policy was not added" error={add.error} />
        </div>
      )}
    </section>
  )
}
