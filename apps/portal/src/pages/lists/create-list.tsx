import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { api } from '../../api/api.ts'
import { FormDialog } from '../../parts/form-dialog.tsx'
import { Select } from '../../parts/select.tsx'
import { TextArea, TextField } from '../../parts/text-field.tsx'
import { announce } from '../../parts/toast.ts'
import { type Entry, type ItemType, parseEntries } from './parse-entries.ts'

const types = [
  { value: 'string', label: 'Texts, such as countries or addresses' },
  { value: 'number', label: 'Numbers' },
] as const

/** Asks for the name, the kind and the first entries of a new list, then opens it. */
export function CreateList({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const [name, setName] = useState('')
  const [itemType, setItemType] = useState<ItemType>('string')
  const [text, setText] = useState('')
  const [, navigate] = useLocation()
  const client = useQueryClient()
  const create = useMutation({
    mutationFn: (valueListItems: Entry[]) => api.post('/value-lists', { body: { name: name.trim(), itemType, valueListItems } }),
    onSuccess: async (list) => {
      await client.invalidateQueries({ queryKey: ['lists'] })
      announce(`The list ${list.name} is there.`)
      close()
      navigate(`/lists/${encodeURIComponent(list.alias)}`)
    },
  })
  const close = () => {
    setName('')
    setText('')
    create.reset()
    onClose()
  }
  const parsed = parseEntries(text, itemType)
  const submit = () => {
    if (name.trim() !== '' && 'entries' in parsed) create.mutate(parsed.entries)
  }
  return (
    <FormDialog
      isOpen={isOpen}
      onClose={close}
      title="Create a list"
      verb="Create"
      isReady={name.trim() !== '' && !('mistake' in parsed)}
      isBusy={create.isPending}
      onSubmit={submit}
      error={create.error}
      failure="The list was not created"
    >
      <TextField
        label="Name"
        value={name}
        onValue={setName}
        maxLength={128}
        hint="Rules read the list by a name made from this one; it stays when you rename the list."
      />
      <Select label="Holds" value={itemType} onValue={setItemType} options={types} />
      <TextArea
        label="First entries"
        value={text}
        onValue={setText}
        isMono
        hint="One on each line. You can also add them later."
        error={'mistake' in parsed ? parsed.mistake : undefined}
      />
    </FormDialog>
  )
}
