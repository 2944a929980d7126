import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import { api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { Button } from '../../parts/button.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Time } from '../../parts/time.tsx'
import { announce } from '../../parts/toast.ts'
import type { UserRecord } from './read-user.ts'
import { ReasonDialog } from './reason-dialog.tsx'

/** The user said that something on the account was not them. Nothing, where they did not. */
export function FrozenEnrolment({ user: { userId, enrolmentFrozenAt } }: { user: UserRecord }) {
  const { may } = useMe()
  const client = useQueryClient()
  const [isLifting, setLifting] = useState(false)
  if (enrolmentFrozenAt === undefined) return null
  return (
    <div
      role="status"
      className="mb-4 flex flex-wrap items-center gap-x-3 gap-y-2 rounded-md border border-block bg-block-tint px-3 py-2 text-sm"
    >
      <Icon name="warning" className="text-block" />
      <p className="min-w-0 flex-1 basis-72">
        The user said “this was not me” <Time at={enrolmentFrozenAt} look="relative" />. No authenticator can be added until the freeze is
        lifted.{' '}
        <Link href={`/users/${encodeURIComponent(userId)}?tab=access`} className="text-accent underline">
          Look at what was added before
        </Link>
        .
      </p>
      {may('DELETE /users/{userId}/enrolment-freeze') && <Button onClick={() => setLifting(true)}>Lift the freeze …</Button>}
      <ReasonDialog
        isOpen={isLifting}
        onClose={() => setLifting(false)}
        title="Lift the freeze of enrolments"
        verb="Lift it"
        failure="The freeze was not lifted"
        onConfirm={async (reason) => {
          await api.delete('/users/{userId}/enrolment-freeze', { path: { userId }, query: { reason } })
          await client.invalidateQueries({ queryKey: ['user', userId] })
          announce('The freeze is lifted: authenticators can be added again.')
        }}
      >
        Speak with the user first, and remove what they did not add: whoever had the account may have bound an authenticator, and keeps it.
        Then authenticators can be added again.
      </ReasonDialog>
    </div>
  )
}
