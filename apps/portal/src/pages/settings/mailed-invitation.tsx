import { useQuery } from '@tanstack/react-query'
import { api } from '../../api/api.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { Problem } from '../../parts/problem.tsx'
import { UserText } from '../../parts/user-text.tsx'
import type { Invitation } from './invite-admin.tsx'

/** What became of an invitation whose link is in a mail and nowhere else. */
export function MailedInvitation({ made, onClose }: { made: Invitation | undefined; onClose: () => void }) {
  const isMailed = made !== undefined && made.url === undefined
  const messageId = made?.sent?.messageId ?? ''
  const query = useQuery({
    queryKey: ['outbox', 'message', messageId],
    queryFn: ({ signal }) => api.get('/outbox/{messageId}', { path: { messageId }, signal }),
    enabled: isMailed,
    refetchInterval: ({ state }) => (state.data === undefined || state.data.state === 'sending' ? 1_000 : false),
  })
  const { state, problem } = query.data ?? { state: 'sending' }
  const to = <UserText className="font-medium">{made?.email ?? ''}</UserText>
  return (
    <Dialog
      isOpen={isMailed}
      onClose={onClose}
      title="The invitation"
      actions={
        <Button look="primary" onClick={onClose}>
          Close
        </Button>
      }
    >
      <p aria-live="polite">
        {state === 'delivered' && <>The mail server took the mail to {to}. The link is in it, and nowhere else.</>}
        {state === 'sending' && problem === undefined && <>The mail to {to} is on its way …</>}
        {state === 'sending' && problem !== undefined && (
          <>
            The mail to {to} has not left yet: {problem}. It is tried again for some minutes; the outbox shows how it ends.
          </>
        )}
        {state === 'failed' && (
          <>
            The mail to {to} could not be sent: {problem}. Revoke the invitation, and invite again without an address to get the link
            yourself.
          </>
        )}
      </p>
      {query.isError && <Problem what="What became of the mail could not be read" error={query.error} />}
    </Dialog>
  )
}
