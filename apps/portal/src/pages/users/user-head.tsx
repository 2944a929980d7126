import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { CopyId } from '../../parts/copy-id.tsx'
import { StateBadge } from '../../parts/state-badge.tsx'
import { Time } from '../../parts/time.tsx'
import { UserText } from '../../parts/user-text.tsx'
import { receiptHref } from '../../url/event-id.ts'
import { enrolledWords } from './describe-user.ts'
import type { UserRecord } from './read-user.ts'
import type { UserEvent } from './unlike-usual.ts'
import { Day } from './usual-marks.tsx'

/** Who it is, in one line of facts. */
export function UserHead({ user, latest }: { user: UserRecord; latest: UserEvent | undefined }) {
  const { userId, email, phoneNumber, username, createdAt, enrolledVerificationMethods } = user
  return (
    <>
      {createdAt === undefined && (
        <p className="mb-3 rounded-md border hatched px-3 py-2 text-sm">
          Nobody with this id is on record.{' '}
          {latest === undefined ? 'No action was tracked for it either: look whether the id is right.' : ''}
        </p>
      )}
      <dl className="mb-4 flex flex-wrap gap-x-8 gap-y-2 border-y py-2 text-sm">
        <Fact name="Id">
          <CopyId id={userId} label="the id of the user" />
        </Fact>
        {email !== undefined && (
          <Fact name="E-mail">
            <UserText>{email}</UserText> <Verified is={user.emailVerified} />
          </Fact>
        )}
        {phoneNumber !== undefined && (
          <Fact name="Phone">
            <UserText>{phoneNumber}</UserText> <Verified is={user.phoneNumberVerified} />
          </Fact>
        )}
        {username !== undefined && username !== email && (
          <Fact name="User name">
            <UserText>{username}</UserText>
          </Fact>
        )}
        {createdAt !== undefined && (
          <Fact name="On record since">
            <Day at={createdAt} />
          </Fact>
        )}
        <Fact name="Enrolled with">{enrolledWords(enrolledVerificationMethods)}</Fact>
        {latest !== undefined && (
          <Fact name="Last action">
            <span className="inline-flex flex-wrap items-center gap-2">
              <StateBadge state={latest.state} />
              <Link href={receiptHref(latest)} className="text-accent hover:underline">
                <UserText>{latest.action}</UserText>, <Time at={latest.createdAt} look="relative" />
              </Link>
            </span>
          </Fact>
        )}
      </dl>
    </>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-soft">{name}</dt>
      <dd className="flex min-h-6 flex-wrap items-center gap-x-1.5">{children}</dd>
    </div>
  )
}

function Verified({ is }: { is: boolean }) {
  return <span className="text-xs text-soft">{is ? 'verified' : 'not verified'}</span>
}
