import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { api } from '../../api/api.ts'
import { FormDialog } from '../../parts/form-dialog.tsx'
import { Select } from '../../parts/select.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { announce } from '../../parts/toast.ts'
import { actionCodeOf } from './action-code-of.ts'

const outcomes = [
  { value: 'ALLOW', label: 'Allow: it goes on' },
  { value: 'CHALLENGE', label: 'Challenge: it goes on after a passkey' },
  { value: 'REVIEW', label: 'Review: a person looks at it first' },
  { value: 'BLOCK', label: 'Block: it stops' },
] as const

type Outcome = (typeof outcomes)[number]['value']

/** Asks what the action is called and what happens when no rule matches, then opens its policy. */
export function CreateAction({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const [name, setName] = useState('')
  const [typedCode, setTypedCode] = useState<string>()
  const [outcome, setOutcome] = useState<Outcome>('ALLOW')
  const [, navigate] = useLocation()
  const client = useQueryClient()
  const actionCode = typedCode ?? actionCodeOf(name)
  const isRight = /^[a-zA-Z0-9_-]{1,64}$/.test(actionCode)
  const close = () => {
    setName('')
    setTypedCode(undefined)
    create.reset()
    onClose()
  }
  const create = useMutation({
    mutationFn: () => api.post('/action-configurations', { body: { actionCode, defaultUserActionResult: outcome } }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['actions'] })
      announce(`The action ${actionCode} is there. Add its first rule.`)
      close()
      navigate(`/actions/${encodeURIComponent(actionCode)}`)
    },
  })
  return (
    <FormDialog
      isOpen={isOpen}
      onClose={close}
      title="Create an action"
      verb="Create"
      isReady={isRight}
      isBusy={create.isPending}
      onSubmit={() => create.mutate()}
      error={create.error}
      failure="The action was not created"
    >
      <TextField
        label="Name"
        value={name}
        onValue={setName}
        maxLength={128}
        hint="What people do in your application: a transfer, a sign-in."
      />
      <TextField
        label="Code"
        value={actionCode}
        onValue={setTypedCode}
        maxLength={64}
        isMono
        hint="Your application names the action by it, and it stays as it is."
        error={actionCode !== '' && !isRight ? 'Letters, digits, - and _ only.' : undefined}
      />
      <Select label="When no rule matches" value={outcome} onValue={setOutcome} options={outcomes} />
      <p className="text-xs text-soft">Next: rules that say when it is something else.</p>
    </FormDialog>
  )
}
