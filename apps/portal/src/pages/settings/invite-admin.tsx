import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type Answer, api } from '../../api/api.ts'
import { type Role, useMe } from '../../api/me.ts'
import { FormDialog } from '../../parts/form-dialog.tsx'
import { Select } from '../../parts/select.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { rolesToGive } from './roles.ts'

export type Invitation = Answer<'post', '/admins'>

const ends = [
  { value: '1', label: 'an hour' },
  { value: '24', label: 'a day' },
  { value: '72', label: 'three days' },
  { value: '168', label: 'a week' },
] as const

/** Makes the link with which one person signs up. */
export function InviteAdmin({ isOpen, onClose, onMade }: { isOpen: boolean; onClose: () => void; onMade: (made: Invitation) => void }) {
  const { who } = useMe()
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('analyst')
  const [hours, setHours] = useState<(typeof ends)[number]['value']>('24')
  const close = () => {
    setName('')
    setEmail('')
    invite.reset()
    onClose()
  }
  const invite = useMutation({
    mutationFn: () =>
      api.post('/admins', {
        body: {
          role,
          expiresInHours: Number(hours),
          ...(name.trim() !== '' && { name: name.trim() }),
          ...(email.trim() !== '' && { email: email.trim() }),
        },
      }),
    onSuccess: (made) => {
      close()
      onMade(made)
      return client.invalidateQueries({ queryKey: ['admin-invitations'] })
    },
    gcTime: 0,
  })
  return (
    <FormDialog
      isOpen={isOpen}
      onClose={close}
      title="Invite somebody"
      verb={email.trim() === '' ? 'Make a link' : 'Invite'}
      isBusy={invite.isPending}
      onSubmit={() => invite.mutate()}
      error={invite.error}
      failure="No link was made"
    >
      <TextField
        label="Name"
        value={name}
        onValue={setName}
        maxLength={100}
        hint="Under which the person acts. Without one, whoever opens the link says it."
      />
      <TextField
        label="Mail address"
        type="email"
        value={email}
        onValue={setEmail}
        maxLength={254}
        hint="The link is mailed there, and notices about the account later. Without one, you get the link to pass on."
      />
      <Select label="Role" value={role} onValue={setRole} options={rolesToGive(who.role)} />
      <Select label="The link is good for" value={hours} onValue={setHours} options={ends} />
    </FormDialog>
  )
}
