import { useState } from 'react'
import { Link } from 'wouter'
import { useMe } from '../../../api/me.ts'
import { Button } from '../../../parts/button.tsx'
import { methodTitle } from '../../../parts/method-words.ts'
import { type Column, Table } from '../../../parts/table.tsx'
import { Time } from '../../../parts/time.tsx'
import { type LockedMethod, UnlockMethod } from '../../../parts/unlock-method.tsx'
import { UserText } from '../../../parts/user-text.tsx'
import type { Throttled } from './describe-throttled.ts'

type Row = Throttled['authenticators'][number]

/** Users whose answers are not judged now, and the way to let them answer again. */
export function ThrottledUsers({ throttled }: { throttled: readonly Row[] }) {
  const { may } = useMe()
  const [unlocking, setUnlocking] = useState<LockedMethod>()
  const columns: Column<Row>[] = [
    {
      id: 'user',
      title: 'User',
      cell: ({ userId, verificationMethod }) => (
        <>
          <Link href={`/users/${encodeURIComponent(userId)}?tab=access`} className="text-accent hover:underline">
            <UserText>{userId}</UserText>
          </Link>
          <span className="block text-xs text-soft narrow:hidden">{methodTitle(verificationMethod)}</span>
        </>
      ),
    },
    { id: 'method', title: 'Method', width: '12rem', isWideOnly: true, cell: ({ verificationMethod }) => methodTitle(verificationMethod) },
    { id: 'wrong', title: 'Wrong in a row', width: '8rem', isWideOnly: true, align: 'end', cell: ({ wrongAnswers }) => wrongAnswers },
    {
      id: 'state',
      title: 'Waits',
      width: '13rem',
      narrowWidth: '6.5rem',
      cell: ({ retryAt }) =>
        retryAt === undefined ? (
          <span className="text-block">until it is unlocked</span>
        ) : (
          <>
            ends <Time at={retryAt} look="relative" />
          </>
        ),
    },
    ...(may('POST /users/{userId}/unlock')
      ? [
          {
            id: 'do',
            title: 'Unlock',
            isTitleHidden: true,
            width: '6rem',
            narrowWidth: '6rem',
            align: 'end' as const,
            cell: (row: Row) => (
              <Button aria-label={`Unlock ${methodTitle(row.verificationMethod)} of ${row.userId}`} onClick={() => setUnlocking(row)}>
                Unlock
              </Button>
            ),
          },
        ]
      : []),
  ]
  return (
    <>
      <Table
        label="Users who have to wait"
        rows={throttled}
        rowId={({ userId, verificationMethod, userAuthenticatorId }) => JSON.stringify([userId, verificationMethod, userAuthenticatorId])}
        columns={columns}
      />
      <UnlockMethod locked={unlocking} onClose={() => setUnlocking(undefined)} />
    </>
  )
}
