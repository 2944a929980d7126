import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../api/api.ts'
import { Button } from '../../parts/button.tsx'
import { typeOptions } from '../../parts/data-type.ts'
import type { DataType } from '../../parts/guess-type.ts'
import { Problem } from '../../parts/problem.tsx'
import { Select } from '../../parts/select.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { announce } from '../../parts/toast.ts'
import { useDataPointsChanged } from '../../parts/use-declare-data-point.ts'

const owners = [
  { value: 'action', label: 'the event: sent with each track' },
  { value: 'user', label: 'the user: stored once' },
] as const

/** Asks for a data point before the first value of it arrives. */
export function Declare({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('')
  const [dataType, setType] = useState<DataType>('text')
  const [modelType, setModel] = useState<'action' | 'user'>('action')
  const [description, setDescription] = useState('')
  const changed = useDataPointsChanged()
  const declare = useMutation({
    mutationFn: () =>
      api.post('/custom-data-points', {
        body: { name: name.trim(), dataType, modelType, ...(description.trim() !== '' && { description: description.trim() }) },
      }),
    onSuccess: async (point) => {
      await changed()
      announce(`${point.name} is declared.`)
      onClose()
    },
  })
  const isRight = /^[\p{L}_][\p{L}\p{N}_-]{0,127}$/u.test(name.trim())
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (isRight) declare.mutate()
      }}
    >
      <TextField
        label="Name"
        value={name}
        onValue={setName}
        isMono
        maxLength={128}
        error={name.trim() === '' || isRight ? undefined : 'A letter, then letters, digits, - and _.'}
        hint={`The key in the data that you send. Rules read it as ${modelType === 'user' ? 'user.' : ''}custom.${name.trim() || '…'}`}
      />
      <Select label="Type" value={dataType} onValue={setType} options={typeOptions} />
      <Select label="Belongs to" value={modelType} onValue={setModel} options={owners} />
      <TextField
        label="What it is"
        value={description}
        onValue={setDescription}
        maxLength={1024}
        hint="For whoever writes rules. Name, type and owner stay as they are."
      />
      {declare.isError && <Problem what="It was not declared" error={declare.error} />}
      <div className="flex justify-end gap-2 border-t pt-3">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="primary" disabled={!isRight} isBusy={declare.isPending}>
          Declare
        </Button>
      </div>
    </form>
  )
}
