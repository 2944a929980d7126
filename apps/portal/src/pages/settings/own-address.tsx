import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../api/api.ts'
import { Button } from '../../parts/button.tsx'
import { FormDialog } from '../../parts/form-dialog.tsx'
import { Section } from '../../parts/section.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { announce } from '../../parts/toast.ts'
import { UserText } from '../../parts/user-text.tsx'

/** Where the person who is signed in is written to. */
export function OwnAddress({ email }: { email: string | undefined }) {
  const [isChanging, setChanging] = useState(false)
  return (
    <Section
      title="Your mail address"
      aside={<Button onClick={() => setChanging(true)}>{email === undefined ? 'Add an address' : 'Change the address'}</Button>}
    >
      <p className="text-sm">
        {email === undefined ? (
          'You have none, so nobody tells you when your passkeys, your recovery codes or your role change.'
        ) : (
          <>
            <UserText className="font-medium">{email}</UserText> is told when your passkeys, your recovery codes or your role change, and
            when a change waits for your approval.
          </>
        )}
      </p>
      {isChanging && <ChangeAddress email={email} onClose={() => setChanging(false)} />}
    </Section>
  )
}

function ChangeAddress({ email = '', onClose }: { email: string | undefined; onClose: () => void }) {
  const client = useQueryClient()
  const [typed, setTyped] = useState(email)
  const wanted = typed.trim()
  const patch = async (address: string) => {
    await api.patch('/session', { body: { email: address === '' ? null : address } })
    await Promise.all(['session', 'admins'].map((key) => client.invalidateQueries({ queryKey: [key] })))
  }
  const change = useMutation({
    mutationFn: () => patch(wanted),
    onSuccess: () => {
      announce(wanted === '' ? 'You are not written to any longer.' : 'Your mail address is changed.', () => patch(email))
      onClose()
    },
  })
  return (
    <FormDialog
      onClose={onClose}
      title="Your mail address"
      verb={wanted === '' ? 'Remove' : 'Save'}
      isReady={wanted !== email}
      isBusy={change.isPending}
      onSubmit={() => change.mutate()}
      error={change.error}
      failure="Nothing was changed"
    >
      <TextField
        label="Mail address"
        type="email"
        autoComplete="email"
        value={typed}
        onValue={setTyped}
        maxLength={254}
        hint="Empty: you are not written to. The address before is told about the change."
      />
    </FormDialog>
  )
}
