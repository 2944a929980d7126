import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type Answer, api } from '../../api/api.ts'
import { type Role, useMe } from '../../api/me.ts'
import { FormDialog } from '../../parts/form-dialog.tsx'
import { Select } from '../../parts/select.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { announce } from '../../parts/toast.ts'
import { rolesToGive } from './roles.ts'

export type Admin = Answer<'get', '/admins'>['admins'][number]

/** Another name or role for a person; it counts at once, also in open sessions. */
export function ChangeAdmin({ admin: { adminId, name, role }, onClose }: { admin: Admin; onClose: () => void }) {
  const { who } = useMe()
  const client = useQueryClient()
  const [typed, setTyped] = useState(name)
  const [chosen, setChosen] = useState<Role>(role)
  const patch = async (body: { name: string; role: Role }) => {
    await api.patch('/admins/{adminId}', { path: { adminId }, body })
    await Promise.all(['admins', 'session'].map((key) => client.invalidateQueries({ queryKey: [key] })))
  }
  const change = useMutation({
    mutationFn: () => patch({ name: typed.trim(), role: chosen }),
    onSuccess: () => {
      // Whoever gave away their own role has no way back by themselves.
      announce(`${typed.trim()} is now ${chosen}.`, adminId === who.adminId && chosen !== role ? undefined : () => patch({ name, role }))
      onClose()
    },
  })
  const isChanged = typed.trim() !== '' && (typed.trim() !== name || chosen !== role)
  const losesOwn = adminId === who.adminId && chosen !== role
  return (
    <FormDialog
      onClose={onClose}
      title="Change the person"
      verb="Change"
      look={losesOwn ? 'danger' : 'primary'}
      isReady={isChanged}
      isBusy={change.isPending}
      onSubmit={() => change.mutate()}
      error={change.error}
      failure="Nothing was changed"
    >
      <TextField label="Name" value={typed} onValue={setTyped} maxLength={100} />
      <Select label="Role" value={chosen} onValue={setChosen} options={rolesToGive(who.role)} />
      <p className="text-xs text-soft">
        {losesOwn
          ? 'This is you. Only another person can give you your role back.'
          : 'A new role counts at once, also in sessions that are open.'}
      </p>
    </FormDialog>
  )
}
