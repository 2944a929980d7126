import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { api } from '../../api/api.ts'
import { ApiFault } from '../../api/api-fault.ts'
import { Button, LinkButton } from '../../parts/button.tsx'
import { Checkbox } from '../../parts/checkbox.tsx'
import { Problem } from '../../parts/problem.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { announce } from '../../parts/toast.ts'
import type { PolicyDraft } from '../../policy-draft/policy-draft.ts'
import { type PolicyDraftState, policyKey } from '../../policy-draft/use-policy-draft.ts'
import { text } from '../../url/codec.ts'
import { useParam } from '../../url/use-param.ts'

const messageCodec = text()

/** Why, and the button: the only place where a policy is saved. */
export function SaveChanges(props: {
  actionCode: string
  state: PolicyDraftState
  wanted: PolicyDraft
  failing: number
  isReady: boolean
  /** What the button says, where no second person is needed. */
  verb: string
  home: string
}) {
  const { actionCode, state, wanted, failing, isReady, verb, home } = props
  const [given] = useParam('message', messageCodec)
  const [message, setMessage] = useState(given)
  const [isForced, setForced] = useState(false)
  const client = useQueryClient()
  const [, navigate] = useLocation()
  const path = { actionCode }
  const { data: action } = useQuery({
    queryKey: ['actions', actionCode],
    queryFn: ({ signal }) => api.get('/action-configurations/{actionCode}', { path, signal }),
  })
  const needsTwo = action?.requireApproval === true
  const before = state.base.version
  const save = useMutation({
    mutationFn: () =>
      api.put('/action-configurations/{actionCode}/policy', {
        path,
        query: { propose: 'true', ...(isForced ? { ignoreFailingTests: 'true' as const } : {}) },
        body: { ...wanted, expectedPolicyVersion: before, ...(message.trim() === '' ? {} : { message: message.trim() }) },
      }),
    onSuccess: async (reply) => {
      if ('proposalId' in reply) {
        state.discard()
        await client.invalidateQueries({ queryKey: ['proposals'] })
        navigate(`${home}/proposals/${encodeURIComponent(reply.proposalId)}`)
        announce('Your changes are proposed. They are live when somebody else has approved them.')
        return
      }
      // In this order the page shows neither the old policy without the draft, nor the new one as somebody else's.
      state.change(() => wanted)
      await client.invalidateQueries({ queryKey: policyKey(actionCode) })
      state.discard()
      navigate(home)
      announce(`Version ${reply.policyVersion} is live.`, () => undo(reply.policyVersion))
    },
    onError: (error) => {
      // Somebody was faster: the page reads what they saved, and shows both.
      if (error instanceof ApiFault && error.code === 'version_conflict') void client.invalidateQueries({ queryKey: policyKey(actionCode) })
    },
  })
  const undo = async (version: number) => {
    await api.post('/action-configurations/{actionCode}/policy-versions/{version}/restore', {
      path: { actionCode, version: before },
      query: { expectedPolicyVersion: version },
    })
    await client.invalidateQueries({ queryKey: policyKey(actionCode) })
  }
  return (
    <form
      className="max-w-[40rem] space-y-3"
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady) save.mutate()
      }}
    >
      <TextField label="Why" value={message} onValue={setMessage} maxLength={1024} hint="Kept with the version, for whoever asks later." />
      {failing > 0 && (
        <Checkbox
          label={`Save it although ${failing} saved ${failing === 1 ? 'test fails' : 'tests fail'}`}
          checked={isForced}
          onChecked={setForced}
        />
      )}
      {needsTwo && (
        <p className="text-sm text-soft">This action needs a second person: your changes become a proposal, and nothing is live yet.</p>
      )}
      {save.isError && <Problem what="Nothing was saved, and your changes are still here" error={save.error} />}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="primary" disabled={!isReady || (failing > 0 && !isForced)} isBusy={save.isPending}>
          {needsTwo ? 'Propose' : verb}
        </Button>
        <LinkButton look="quiet" href={home}>
          Back to the rules
        </LinkButton>
      </div>
    </form>
  )
}
