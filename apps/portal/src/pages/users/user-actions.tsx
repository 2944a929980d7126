import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { Button } from '../../parts/button.tsx'
import { ConfirmByName } from '../../parts/confirm-by-name.tsx'
import { Menu } from '../../parts/menu.tsx'
import { Problem } from '../../parts/problem.tsx'
import { announce } from '../../parts/toast.ts'
import { typeable } from '../../parts/visible-text.ts'
import { ReasonDialog } from './reason-dialog.tsx'
import { saveFile } from './save-file.ts'

/** What can be done with a user as a whole. */
export function UserActions({ user: { userId } }: { user: { userId: string } }) {
  const { may } = useMe()
  const client = useQueryClient()
  const [, navigate] = useLocation()
  const [open, setOpen] = useState<'forget' | 'erase' | undefined>()
  const close = () => setOpen(undefined)
  const take = useMutation({
    mutationFn: async () => {
      const everything = await api.get('/users/{userId}/export', { path: { userId } })
      saveFile(`user-${userId.replace(/[^\w.-]+/g, '_').slice(0, 80)}.json`, JSON.stringify(everything, null, 2))
    },
    onSuccess: () => announce('Everything that is kept of the user is in the file.'),
  })
  const mayExport = may('GET /users/{userId}/export')
  const mayForget = may('DELETE /users/{userId}/profile')
  const mayErase = may('DELETE /users/{userId}')
  if (!mayExport && !mayForget && !mayErase) return null
  return (
    <>
      {mayExport && (
        <Button icon="download" isBusy={take.isPending} onClick={() => take.mutate()}>
          Export
        </Button>
      )}
      <Menu
        trigger={<Button icon="more">More</Button>}
        groups={[
          mayForget ? [{ label: 'Forget what is usual …', onChoose: () => setOpen('forget') }] : [],
          mayErase ? [{ label: 'Erase the user …', isDanger: true, onChoose: () => setOpen('erase') }] : [],
        ].filter((group) => group.length > 0)}
      />
      {take.isError && <Problem what="The user was not exported" error={take.error} />}
      <ReasonDialog
        isOpen={open === 'forget'}
        onClose={close}
        title="Forget what is usual for the user"
        verb="Forget"
        failure="Nothing was forgotten"
        onConfirm={async (reason) => {
          const { sentence } = await api.delete('/users/{userId}/profile', { path: { userId }, query: { reason } })
          await client.invalidateQueries({ queryKey: ['user', userId] })
          announce(sentence)
        }}
      >
        For when the picture is wrong as a whole, such as after a take-over that went on for weeks. To rules and to the score the user is a
        stranger afterwards: no address is trusted, every device is new. Events, authenticators and devices on record stay. This cannot be
        undone. For a single action that was not theirs, a dispute on its receipt takes back exactly what it taught.
      </ReasonDialog>
      <ConfirmByName
        isOpen={open === 'erase'}
        onClose={close}
        title="Erase the user"
        name={typeable(userId)}
        verb="Erase"
        onConfirm={async () => {
          await api.delete('/users/{userId}', { path: { userId } })
          navigate('/users')
          client.removeQueries({ queryKey: ['user', userId] })
          await client.invalidateQueries({ queryKey: ['users'] })
          announce('The user is erased.')
        }}
      >
        The user goes, with every authenticator, device and event, and all that was learned from them. Nothing of it comes back. Export the
        user first if somebody may ask for the data.
      </ConfirmByName>
    </>
  )
}
