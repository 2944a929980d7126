import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import type { components } from '../../../generated/api-types.ts'
import { api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { Button } from '../../parts/button.tsx'
import { ConfirmByName } from '../../parts/confirm-by-name.tsx'
import { FormDialog } from '../../parts/form-dialog.tsx'
import { Menu } from '../../parts/menu.tsx'
import { Problem } from '../../parts/problem.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { announce } from '../../parts/toast.ts'

type ValueList = components['schemas']['ValueList']

/** What can be done with a list as a whole. */
export function ListActions({ list }: { list: ValueList }) {
  const { alias, name, isActive } = list
  const { may } = useMe()
  const client = useQueryClient()
  const [, navigate] = useLocation()
  const [open, setOpen] = useState<'rename' | 'delete' | undefined>()
  const change = (body: { name?: string; isActive?: boolean }) =>
    api.patch('/value-lists/{alias}', { path: { alias }, body }).then(() => client.invalidateQueries({ queryKey: ['lists'] }))
  const turn = useMutation({
    mutationFn: () => change({ isActive: !isActive }),
    onSuccess: () => announce(isActive ? `${name} is turned off.` : `${name} is turned on.`, () => change({ isActive })),
  })
  if (!may('PATCH /value-lists/{alias}')) return null
  return (
    <>
      {turn.isError && <Problem what={`The list could not be turned ${isActive ? 'off' : 'on'}`} error={turn.error} />}
      <Button isBusy={turn.isPending} onClick={() => turn.mutate()}>
        {isActive ? 'Turn off' : 'Turn on'}
      </Button>
      <Menu
        trigger={<Button icon="more">More</Button>}
        groups={[
          [{ label: 'Rename …', onChoose: () => setOpen('rename') }],
          may('DELETE /value-lists/{alias}') ? [{ label: 'Delete …', isDanger: true, onChoose: () => setOpen('delete') }] : [],
        ]}
      />
      <Rename
        key={name}
        name={name}
        isOpen={open === 'rename'}
        onClose={() => setOpen(undefined)}
        onRename={(to) => change({ name: to })}
      />
      <ConfirmByName
        isOpen={open === 'delete'}
        onClose={() => setOpen(undefined)}
        title="Delete the list"
        name={name}
        verb="Delete"
        onConfirm={async () => {
          await api.delete('/value-lists/{alias}', { path: { alias } })
          navigate('/lists')
          client.removeQueries({ queryKey: ['lists', alias] })
          await client.invalidateQueries({ queryKey: ['lists'] })
          announce(`${name} is deleted.`)
        }}
      >
        The list and its {list.valueListItems.length.toLocaleString()} entries go away; its versions stay. A list that a rule reads cannot
        be deleted.
      </ConfirmByName>
    </>
  )
}

function Rename({
  name,
  isOpen,
  onClose,
  onRename,
}: {
  name: string
  isOpen: boolean
  onClose: () => void
  onRename: (to: string) => Promise<unknown>
}) {
  const [typed, setTyped] = useState(name)
  const rename = useMutation({
    mutationFn: () => onRename(typed.trim()),
    onSuccess: () => {
      announce('The list is renamed.', () => onRename(name))
      onClose()
    },
  })
  const isRight = typed.trim() !== '' && typed.trim() !== name
  return (
    <FormDialog
      isOpen={isOpen}
      onClose={onClose}
      title="Rename the list"
      verb="Rename"
      isReady={isRight}
      isBusy={rename.isPending}
      onSubmit={() => rename.mutate()}
      error={rename.error}
      failure="The list was not renamed"
    >
      <TextField label="Name" value={typed} onValue={setTyped} maxLength={128} hint="Rules go on reading it as before." />
    </FormDialog>
  )
}
