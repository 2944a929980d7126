import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useLocation } from 'wouter'
import { api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { Button } from '../../parts/button.tsx'
import { Problem } from '../../parts/problem.tsx'
import { Time } from '../../parts/time.tsx'
import { announce } from '../../parts/toast.ts'
import { UserText } from '../../parts/user-text.tsx'
import { saidMessage } from '../../policy-draft/said-message.ts'

const dayMs = 86_400_000

/** For a day after a version went live: who made it, and a way back to the one before. */
export function RecentChange({ actionCode, version }: { actionCode: string; version: number }) {
  const { may } = useMe()
  const client = useQueryClient()
  const [, navigate] = useLocation()
  const path = { actionCode }
  const { data: versions } = useQuery({
    queryKey: ['policies', actionCode, 'versions', version],
    queryFn: ({ signal }) => api.get('/action-configurations/{actionCode}/policy-versions', { path, signal }),
  })
  const [latest, before] = versions ?? []
  const undo = useMutation({
    mutationFn: (to: number) =>
      api.post('/action-configurations/{actionCode}/policy-versions/{version}/restore', {
        path: { actionCode, version: to },
        query: { expectedPolicyVersion: version, propose: 'true' },
      }),
    onSuccess: async (reply, to) => {
      if ('proposalId' in reply) {
        announce('A second person has to approve the way back.')
        navigate(`/actions/${encodeURIComponent(actionCode)}/proposals/${encodeURIComponent(reply.proposalId)}`)
        return
      }
      await client.invalidateQueries({ queryKey: ['policies', actionCode] })
      announce(`Version ${to} is back, as version ${reply.version}.`)
    },
  })
  if (latest === undefined || before === undefined || Date.now() - Date.parse(latest.createdAt) > dayMs) return null
  const message = saidMessage(latest)
  return (
    <div className="mb-3 text-sm">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="text-soft">
          <Link
            href={`/actions/${encodeURIComponent(actionCode)}/versions?from=${before.version}&to=${latest.version}`}
            className="underline"
          >
            Version {latest.version}
          </Link>{' '}
          by <UserText>{latest.actor?.name ?? latest.author}</UserText> went live <Time at={latest.createdAt} look="relative" />
          {message !== undefined && (
            <>
              : “<UserText>{message}</UserText>”
            </>
          )}
        </span>
        {may('POST /action-configurations/{actionCode}/policy-versions/{version}/restore') && (
          <Button className="h-6 px-2" isBusy={undo.isPending} onClick={() => undo.mutate(before.version)}>
            Undo
          </Button>
        )}
      </p>
      {undo.isError && (
        <div className="mt-2">
          <Problem what="The change was not undone" error={undo.error} />
        </div>
      )}
    </div>
  )
}
