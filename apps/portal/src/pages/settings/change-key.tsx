import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../api/api.ts'
import { type Role, useMe } from '../../api/me.ts'
import { FormDialog } from '../../parts/form-dialog.tsx'
import { Select } from '../../parts/select.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { announce } from '../../parts/toast.ts'
import type { ApiKey } from './api-key.ts'
import { rolesToGive } from './roles.ts'

/** Another name or role for a key, which goes on working. */
export function ChangeKey({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const { keyId, name = '', role } = apiKey
  const { who } = useMe()
  const client = useQueryClient()
  const [typed, setTyped] = useState(name)
  const [chosen, setChosen] = useState<Role | undefined>(role)
  const patch = (body: { name?: string; role?: Role }) =>
    api.patch('/keys/{keyId}', { path: { keyId }, body }).then(() => client.invalidateQueries({ queryKey: ['keys'] }))
  const body = (to: string, as: Role | undefined) => ({ ...(to !== '' && { name: to }), ...(as !== undefined && { role: as }) })
  const change = useMutation({
    mutationFn: () => patch(body(typed.trim(), chosen)),
    onSuccess: () => {
      announce('The key is changed.', () => patch(body(name, role)))
      onClose()
    },
  })
  const isChanged = (typed.trim() !== '' && typed.trim() !== name) || chosen !== role
  return (
    <FormDialog
      onClose={onClose}
      title="Change the key"
      verb="Change"
      isReady={isChanged}
      isBusy={change.isPending}
      onSubmit={() => change.mutate()}
      error={change.error}
      failure="The key was not changed"
    >
      <TextField label="Name" value={typed} onValue={setTyped} maxLength={64} hint="The key itself stays as it is." />
      {chosen !== undefined && <Select label="Role" value={chosen} onValue={setChosen} options={rolesToGive(who.role)} />}
    </FormDialog>
  )
}
