import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../../api/api.ts'
import { FormDialog } from '../../../parts/form-dialog.tsx'
import { TextArea, TextField } from '../../../parts/text-field.tsx'
import { announce } from '../../../parts/toast.ts'
import { type AppClient, bodyOf, type ClientDraft, clientProblem, draftOfClient, minutesWords, newClient } from './client-draft.ts'

const times = [
  {
    name: 'accessTokenDurationInMinutes',
    label: 'An access token is good for, in minutes',
    hint: 'Whoever verifies it alone accepts it until then, also after the session was ended.',
  },
  {
    name: 'refreshTokenDurationInMinutes',
    label: 'A session may rest for, in minutes',
    hint: 'It ends when it is not refreshed for so long.',
  },
  { name: 'sessionDurationInMinutes', label: 'A session lasts, in minutes', hint: 'However often it is refreshed.' },
] as const

/** A new application that opens sessions, or another name and other times for one. */
export function ClientDialog({ client, onClose }: { client: AppClient | undefined; onClose: () => void }) {
  const queries = useQueryClient()
  const before = client === undefined ? newClient : draftOfClient(client)
  const [draft, setDraft] = useState<ClientDraft>(before)
  const problem = clientProblem(draft)
  const patch = (clientId: string, to: ClientDraft) => api.patch('/app-clients/{clientId}', { path: { clientId }, body: bodyOf(to) })
  const readAgain = () => Promise.all(['app-clients', 'signing-keys'].map((key) => queries.invalidateQueries({ queryKey: [key] })))
  const save = useMutation({
    mutationFn: () => (client === undefined ? api.post('/app-clients', { body: bodyOf(draft) }) : patch(client.clientId, draft)),
    onSuccess: async ({ clientId }) => {
      await readAgain()
      if (client === undefined) announce('The app client is created.')
      else announce('The app client is changed.', () => patch(clientId, before).then(readAgain))
      onClose()
    },
  })
  const isChanged = JSON.stringify(draft) !== JSON.stringify(before)
  return (
    <FormDialog
      onClose={onClose}
      title={client === undefined ? 'Create an app client' : 'Change the app client'}
      verb={client === undefined ? 'Create' : 'Change'}
      isReady={draft.name.trim() !== '' && problem === undefined && isChanged}
      isBusy={save.isPending}
      onSubmit={() => save.mutate()}
      error={save.error}
      failure={client === undefined ? 'The app client was not created' : 'The app client was not changed'}
    >
      <TextField
        label="Name"
        value={draft.name}
        onValue={(name) => setDraft({ ...draft, name })}
        maxLength={256}
        hint="The application, such as Web bank: one client for each."
      />
      {times.map(({ name, label, hint }) => {
        const minutes = Number(draft[name])
        return (
          <TextField
            key={name}
            label={label}
            value={draft[name]}
            onValue={(value) => setDraft({ ...draft, [name]: value })}
            inputMode="numeric"
            hint={Number.isInteger(minutes) && minutes >= 60 ? `${minutesWords(minutes)}. ${hint}` : hint}
          />
        )
      })}
      <TextArea
        label="Claims of your own in access tokens"
        value={draft.claims}
        onValue={(claims) => setDraft({ ...draft, claims })}
        rows={2}
        isMono
        placeholder="plan = billing_plan"
        hint="One on each line: the claim, and the custom data of the user that it takes. Whoever holds a token can read them."
      />
      {problem !== undefined && (
        <p role="alert" className="text-sm text-block">
          {problem}
        </p>
      )}
    </FormDialog>
  )
}
