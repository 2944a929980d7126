import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import { api } from '../../api/api.ts'
import { Icon } from '../../parts/icon.tsx'
import { Time } from '../../parts/time.tsx'
import { UserText } from '../../parts/user-text.tsx'

/** Changes of this action that wait for a second person. */
export function OpenProposals({ actionCode }: { actionCode: string }) {
  const { data } = useQuery({
    queryKey: ['proposals', 'open'],
    queryFn: ({ signal }) => api.get('/proposals', { query: { state: 'open', limit: 100 }, signal }),
  })
  const open = data?.proposals.filter(({ actionCodes }) => actionCodes.includes(actionCode)) ?? []
  if (open.length === 0) return null
  return (
    <ul aria-label="Proposals" className="mb-3 border-b pb-2 text-sm">
      {open.map(({ proposalId, actor, createdAt, message }) => (
        <li key={proposalId} className="flex flex-wrap items-center gap-x-2">
          <Icon name="clock" className="text-review" />
          <span>
            <UserText>{actor.name ?? actor.kind}</UserText> proposed a change <Time at={createdAt} look="relative" />
            {message !== undefined && (
              <>
                : “<UserText>{message}</UserText>”
              </>
            )}
            . It waits for a second person.
          </span>
          <Link
            href={`/actions/${encodeURIComponent(actionCode)}/proposals/${encodeURIComponent(proposalId)}`}
            className="font-medium text-accent underline"
          >
            Look at it
          </Link>
        </li>
      ))}
    </ul>
  )
}
