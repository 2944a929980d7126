import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import { api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { Button } from '../../parts/button.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { Problem } from '../../parts/problem.tsx'
import { ShownOnce } from '../../parts/shown-once.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Time } from '../../parts/time.tsx'
import { announce } from '../../parts/toast.ts'
import { UserText } from '../../parts/user-text.tsx'
import { describeLink, describeWait, type EnrolmentLink, isOpenLink } from './describe-link.ts'
import { ReasonDialog } from './reason-dialog.tsx'

/** Links for a user who has nothing left: issued, approved by another person, cancelled. */
export function EnrolmentLinks({ userId }: { userId: string }) {
  const { may } = useMe()
  const client = useQueryClient()
  const [isIssuing, setIssuing] = useState(false)
  const [made, setMade] = useState<{ url: string; isTold: boolean }>()
  const tenant = useQuery({ queryKey: ['tenant'], queryFn: ({ signal }) => api.get('/tenant', { signal }) })
  const query = useQuery({
    queryKey: ['user', userId, 'enrolment-links'],
    queryFn: ({ signal }) => api.get('/users/{userId}/enrolment-links', { path: { userId }, signal }),
  })
  const changed = () => client.invalidateQueries({ queryKey: ['user', userId, 'enrolment-links'] })
  const path = (linkId: string) => ({ path: { userId, linkId } })
  const approve = useMutation({
    mutationFn: ({ linkId }: EnrolmentLink) => api.post('/users/{userId}/enrolment-links/{linkId}/approve', path(linkId)),
    onSuccess: async () => {
      announce('The link is approved. The user is told.')
      await changed()
    },
  })
  const cancel = useMutation({
    mutationFn: ({ linkId }: EnrolmentLink) => api.delete('/users/{userId}/enrolment-links/{linkId}', path(linkId)),
    onSuccess: async () => {
      announce('The link is cancelled: nobody gets in with it.')
      await changed()
    },
  })
  const mayApprove = may('POST /users/{userId}/enrolment-links/{linkId}/approve')
  const mayCancel = may('DELETE /users/{userId}/enrolment-links/{linkId}')
  const columns: Column<EnrolmentLink>[] = [
    {
      id: 'state',
      title: 'State',
      width: '17rem',
      cell: (link) => {
        const { words, at } = describeLink(link)
        return (
          <span className={isOpenLink(link) ? 'text-challenge' : 'text-soft'}>
            {words} {at !== undefined && <Time at={at} look="relative" />}
          </span>
        )
      },
    },
    { id: 'reason', title: 'Reason', isWideOnly: true, cell: ({ reason }) => <UserText>{reason}</UserText> },
    {
      id: 'by',
      title: 'Issued by',
      width: '16rem',
      isWideOnly: true,
      cell: ({ issuedBy, approvedBy, createdAt }) => (
        <>
          <UserText>{issuedBy.name ?? issuedBy.kind}</UserText>, <Time at={createdAt} look="relative" />
          {approvedBy && (
            <span className="block text-xs text-soft">
              approved by <UserText>{approvedBy.name ?? approvedBy.kind}</UserText>
            </span>
          )}
        </>
      ),
    },
    {
      id: 'do',
      title: 'Answer',
      isTitleHidden: true,
      width: '11rem',
      narrowWidth: '6.5rem',
      align: 'end',
      cell: (link) =>
        isOpenLink(link) && (
          <span className="inline-flex flex-wrap justify-end gap-1">
            {mayApprove && link.state === 'WAITING_FOR_APPROVAL' && !link.isYours && (
              <Button look="primary" isBusy={approve.isPending} onClick={() => approve.mutate(link)}>
                Approve
              </Button>
            )}
            {mayCancel && (
              <Button isBusy={cancel.isPending} onClick={() => cancel.mutate(link)}>
                Cancel it
              </Button>
            )}
          </span>
        ),
    },
  ]
  return (
    <Loaded query={query} what="the enrolment links" lines={2}>
      {(links) => (
        <>
          <p className="mb-2 max-w-[80ch] text-sm text-soft">
            For a user who has nothing left to prove themselves with, after you made sure who they are.{' '}
            {tenant.data?.enrolmentLinkUrl == null && tenant.data !== undefined && (
              <>
                None can be issued yet: the page that it opens is not set.{' '}
                <Link href="/settings/recovery" className="text-accent underline">
                  Set it under Recovery
                </Link>
              </>
            )}
          </p>
          {links.length > 0 && <Table label="Enrolment links" rows={links} rowId={({ linkId }) => linkId} columns={columns} />}
          {approve.isError && <Problem what="The link was not approved" error={approve.error} />}
          {cancel.isError && <Problem what="The link was not cancelled" error={cancel.error} />}
          {may('POST /users/{userId}/enrolment-links') && tenant.data?.enrolmentLinkUrl != null && !links.some(isOpenLink) && (
            <Button icon="link" className="mt-2" onClick={() => setIssuing(true)}>
              Issue an enrolment link …
            </Button>
          )}
          <ReasonDialog
            isOpen={isIssuing}
            onClose={() => setIssuing(false)}
            title="Issue an enrolment link"
            verb="Issue"
            failure="No link was issued"
            onConfirm={async (reason) => {
              const { url, notified } = await api.post('/users/{userId}/enrolment-links', { path: { userId }, body: { reason } })
              await changed()
              setMade({ url, isTold: notified.length > 0 })
            }}
          >
            Whoever has the link adds an authenticator to this account. {tenant.data && describeWait(tenant.data)} Say how you know that it
            is the user.
          </ReasonDialog>
          <ShownOnce secret={made?.url} title="The enrolment link" what="the link" onClose={() => setMade(undefined)}>
            Hand it to the user in the way that your check allows.{' '}
            {made?.isTold === true ? 'They were told that it exists, without the link itself.' : 'They were not told of it yet.'}
          </ShownOnce>
        </>
      )}
    </Loaded>
  )
}
