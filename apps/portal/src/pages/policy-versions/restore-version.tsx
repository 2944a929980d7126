import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import { api } from '../../api/api.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { Problem } from '../../parts/problem.tsx'
import { announce } from '../../parts/toast.ts'
import { draftOfDefinition } from '../../policy-draft/rule-definition-of.ts'
import { type PolicyDraftState, policyKey } from '../../policy-draft/use-policy-draft.ts'
import { VersionChanges } from './compare.tsx'

/** Says what bringing a version back would change; then makes it a new version, or puts it into the draft to be tried on history first. */
export function RestoreVersion(props: { actionCode: string; version: number; state: PolicyDraftState; onClose: () => void }) {
  const { actionCode, version, state, onClose } = props
  const client = useQueryClient()
  const [, navigate] = useLocation()
  const home = `/actions/${encodeURIComponent(actionCode)}`
  const current = state.inForce.policyVersion
  const restore = (which: number, expectedPolicyVersion: number) =>
    api.post('/action-configurations/{actionCode}/policy-versions/{version}/restore', {
      path: { actionCode, version: which },
      query: { expectedPolicyVersion, propose: 'true' },
    })
  const now = useMutation({
    mutationFn: () => restore(version, current),
    onSuccess: async (reply) => {
      onClose()
      if ('proposalId' in reply) {
        announce('A second person has to approve it.')
        navigate(`${home}/proposals/${encodeURIComponent(reply.proposalId)}`)
        return
      }
      await client.invalidateQueries({ queryKey: policyKey(actionCode) })
      announce(`Version ${version} is back, as version ${reply.version}.`, async () => {
        await restore(current, reply.version)
        await client.invalidateQueries({ queryKey: policyKey(actionCode) })
      })
    },
  })
  const draft = useMutation({
    mutationFn: () => api.get('/action-configurations/{actionCode}/policy-versions/{version}', { path: { actionCode, version } }),
    onSuccess: ({ policy }) => {
      state.change(() => draftOfDefinition(policy as unknown as Parameters<typeof draftOfDefinition>[0]))
      navigate(`${home}/changes?message=${encodeURIComponent(`restores version ${version}`)}`)
    },
  })
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`Restore version ${version}`}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button disabled={state.isChanged} isBusy={draft.isPending} onClick={() => draft.mutate()}>
            Try it on history first
          </Button>
          <Button look="primary" isBusy={now.isPending} onClick={() => now.mutate()}>
            Restore
          </Button>
        </>
      }
    >
      <div className="space-y-3">
        <p>It becomes a new version after version {current}, which stays. Against what is live now:</p>
        <VersionChanges actionCode={actionCode} from={current} to={version} />
        {state.isChanged && (
          <p className="text-sm text-soft">
            You have changes that are not live yet. Save or discard them before this one is tried on history.
          </p>
        )}
        {now.isError && <Problem what="The version was not restored" error={now.error} />}
        {draft.isError && <Problem what="The version could not be read" error={draft.error} />}
      </div>
    </Dialog>
  )
}
