import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import type { components } from '../../../generated/api-types.ts'
import { api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { Button, LinkButton } from '../../parts/button.tsx'
import { ConfirmByName } from '../../parts/confirm-by-name.tsx'
import { Menu } from '../../parts/menu.tsx'
import { Problem } from '../../parts/problem.tsx'
import { announce } from '../../parts/toast.ts'
import { ActionSettingsDialog } from './action-settings.tsx'

/** What can be done with an action as a whole. */
export function PolicyActions({
  action,
  dataPoints,
}: {
  action: components['schemas']['ActionConfiguration'] | undefined
  /** Those of actions, by name. */
  dataPoints: readonly string[]
}) {
  const { may } = useMe()
  const client = useQueryClient()
  const [, navigate] = useLocation()
  const [isDeleting, setDeleting] = useState(false)
  const [areSettingsOpen, setSettingsOpen] = useState(false)
  const actionCode = action?.actionCode ?? ''
  const needsTwo = action?.requireApproval === true
  const require = (requireApproval: boolean) =>
    api
      .put('/action-configurations/{actionCode}/approval', { path: { actionCode }, body: { requireApproval } })
      .then(() => client.invalidateQueries({ queryKey: ['actions'] }))
  const turn = useMutation({
    mutationFn: () => require(!needsTwo),
    onSuccess: () =>
      announce(needsTwo ? 'Changes take effect without a second person.' : 'Every change needs a second person from now on.', () =>
        require(needsTwo),
      ),
  })
  if (action === undefined) return null
  const items = [
    may('PATCH /action-configurations/{actionCode}') ? [{ label: 'Settings of the action …', onChoose: () => setSettingsOpen(true) }] : [],
    may('PUT /action-configurations/{actionCode}/approval')
      ? [{ label: 'Changes need a second person', isChosen: needsTwo, onChoose: () => turn.mutate() }]
      : [],
    may('DELETE /action-configurations/{actionCode}') && !needsTwo
      ? [{ label: 'Delete the action …', isDanger: true, onChoose: () => setDeleting(true) }]
      : [],
  ].filter((group) => group.length > 0)
  return (
    <>
      {turn.isError && <Problem what="The approval was not changed" error={turn.error} />}
      <LinkButton icon="clock" href={`/actions/${encodeURIComponent(actionCode)}/versions`}>
        Versions
      </LinkButton>
      {items.length > 0 && <Menu trigger={<Button icon="more">More</Button>} groups={items} />}
      {areSettingsOpen && <ActionSettingsDialog action={action} dataPoints={dataPoints} onClose={() => setSettingsOpen(false)} />}
      <ConfirmByName
        isOpen={isDeleting}
        onClose={() => setDeleting(false)}
        title="Delete the action"
        name={actionCode}
        verb="Delete"
        onConfirm={async () => {
          await api.delete('/action-configurations/{actionCode}', { path: { actionCode } })
          navigate('/actions')
          client.removeQueries({ queryKey: ['policies', actionCode] })
          await client.invalidateQueries({ queryKey: ['actions'] })
          announce(`${actionCode} is deleted.`)
        }}
      >
        Its rules go away, and what your application tracks as {actionCode} is allowed from then on. Decisions that were made stay readable.
      </ConfirmByName>
    </>
  )
}
