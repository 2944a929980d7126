import { Link } from 'wouter'
import { UserText } from '../../parts/user-text.tsx'
import { Count } from './count.tsx'
import type { Overview } from './overview.ts'

/** Who was challenged most often, each with the page of the user and the challenges. */
export function ChallengedPeople({ overview }: { overview: Overview }) {
  const { users, count, of, isAtLeast } = overview.challenges.people
  if (users.length === 0) return null
  return (
    <details className="mt-2 text-sm">
      <summary className="cursor-pointer text-accent">
        {count === users.length ? 'Who was challenged' : `The ${users.length} people who were challenged most often`}
        {isAtLeast && `, in the latest ${of.toLocaleString()} challenges`}
      </summary>
      <ul aria-label="People who were challenged" className="mt-1 grid grid-cols-1 gap-x-8 narrow:grid-cols-2 wide:grid-cols-3">
        {users.map(({ userId, challenges }) => (
          <li key={userId} className="flex h-8 items-center justify-between gap-3 border-b">
            <Link href={`/users/${encodeURIComponent(userId)}`} className="truncate hover:underline">
              <UserText>{userId}</UserText>
            </Link>
            <Count of={challenges} />
          </li>
        ))}
      </ul>
    </details>
  )
}
