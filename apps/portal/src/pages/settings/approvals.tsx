import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from 'wouter'
import { api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { Empty } from '../../parts/empty.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { Problem } from '../../parts/problem.tsx'
import { Section } from '../../parts/section.tsx'
import { Switch } from '../../parts/switch.tsx'
import { announce } from '../../parts/toast.ts'

/** For which actions a second person has to approve a change of the policy. */
export function Approvals() {
  const { may } = useMe()
  const client = useQueryClient()
  const query = useQuery({ queryKey: ['actions', { of: 'all' }], queryFn: ({ signal }) => api.get('/action-configurations', { signal }) })
  const put = (actionCode: string, requireApproval: boolean) =>
    api
      .put('/action-configurations/{actionCode}/approval', { path: { actionCode }, body: { requireApproval } })
      .then(() => client.invalidateQueries({ queryKey: ['actions'] }))
  const turn = useMutation({
    mutationFn: ({ actionCode, on }: { actionCode: string; on: boolean }) => put(actionCode, on),
    onSuccess: (_, { actionCode, on }) =>
      announce(`Changes of ${actionCode} ${on ? 'need a second person' : 'take effect at once'}.`, () => put(actionCode, !on)),
  })
  return (
    <Section title="Four eyes">
      <p className="mb-2 max-w-[80ch] text-sm text-soft">
        A change of a policy takes effect only when a second person has approved it. Open proposals stay when it is turned off.
      </p>
      {turn.isError && <Problem what="Nothing was changed" error={turn.error} />}
      <Loaded query={query} what="the actions" lines={2}>
        {(actions) =>
          actions.length === 0 ? (
            <Empty title="There is no action yet.">Each action says by itself whether its changes need a second person.</Empty>
          ) : (
            <ul className="max-w-3xl border-t">
              {actions.map(({ actionCode, requireApproval = false }) => (
                <li key={actionCode} className="flex items-center gap-4 border-b py-2">
                  <span className="min-w-0 flex-1">
                    <Switch
                      label={actionCode}
                      checked={requireApproval}
                      disabled={!may('PUT /action-configurations/{actionCode}/approval') || turn.isPending}
                      onChecked={(on) => turn.mutate({ actionCode, on })}
                    />
                  </span>
                  <Link
                    href={`/actions/${encodeURIComponent(actionCode)}`}
                    aria-label={`Policy of ${actionCode}`}
                    className="text-sm text-accent hover:underline"
                  >
                    Policy
                  </Link>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Section>
  )
}
