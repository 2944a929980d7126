import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../api/api.ts'
import { type Role, useMe } from '../../api/me.ts'
import { FormDialog } from '../../parts/form-dialog.tsx'
import { Select } from '../../parts/select.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { rolesToGive } from './roles.ts'

const kinds = [
  { value: 'secret', label: 'Your servers: tracks actions and validates challenges' },
  { value: 'management', label: 'Scripts: what this portal does, with a role' },
] as const

/** Asks what a new key is for, and hands it on once. */
export function CreateKey({
  isOpen,
  onClose,
  onMade,
}: {
  isOpen: boolean
  onClose: () => void
  onMade: (made: { key: string; name: string }) => void
}) {
  const { who } = useMe()
  const client = useQueryClient()
  const [kind, setKind] = useState<'secret' | 'management'>('secret')
  const [name, setName] = useState('')
  const [role, setRole] = useState<Role>('analyst')
  const close = () => {
    setName('')
    create.reset()
    onClose()
  }
  const create = useMutation({
    mutationFn: () => api.post('/keys', { body: { kind, name: name.trim(), ...(kind === 'management' && { role }) } }),
    onSuccess: ({ key }) => {
      close()
      onMade({ key, name: name.trim() })
      return client.invalidateQueries({ queryKey: ['keys'] })
    },
    // The answer holds the key: it is not to stay in memory longer than it is shown.
    gcTime: 0,
  })
  return (
    <FormDialog
      isOpen={isOpen}
      onClose={close}
      title="Create a key"
      verb="Create"
      isReady={name.trim() !== ''}
      isBusy={create.isPending}
      onSubmit={() => create.mutate()}
      error={create.error}
      failure="The key was not created"
    >
      <Select label="For" value={kind} onValue={setKind} options={kinds} />
      <TextField
        label="Name"
        value={name}
        onValue={setName}
        maxLength={64}
        hint="Where it is used, such as shop-backend: the audit log names it, and you will know which one to revoke."
      />
      {kind === 'management' && <Select label="Role" value={role} onValue={setRole} options={rolesToGive(who.role)} />}
    </FormDialog>
  )
}
