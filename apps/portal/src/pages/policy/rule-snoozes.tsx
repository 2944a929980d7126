import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { components } from '../../../generated/api-types.ts'
import { api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { Button } from '../../parts/button.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Problem } from '../../parts/problem.tsx'
import { Time } from '../../parts/time.tsx'
import { announce } from '../../parts/toast.ts'
import { UserText } from '../../parts/user-text.tsx'
import { policyKey } from '../../policy-draft/use-policy-draft.ts'

type Snooze = components['schemas']['RuleSnooze']

/** For whom the rule is silenced, with a button to end it. */
export function RuleSnoozes(props: { actionCode: string; ruleId: string; name: string; snoozes: readonly Snooze[] }) {
  const { actionCode, ruleId, name, snoozes } = props
  if (snoozes.length === 0) return null
  return (
    <ul className="mt-1 space-y-1 text-xs">
      {snoozes.map((snooze) => (
        <OneSnooze key={JSON.stringify(subjectOf(snooze))} {...{ actionCode, ruleId, name, snooze }} />
      ))}
    </ul>
  )
}

function OneSnooze({ actionCode, ruleId, name, snooze }: { actionCode: string; ruleId: string; name: string; snooze: Snooze }) {
  const { may } = useMe()
  const client = useQueryClient()
  const path = { actionCode, ruleId }
  const refresh = () => client.invalidateQueries({ queryKey: policyKey(actionCode) })
  const wake = useMutation({
    mutationFn: () =>
      api.delete('/action-configurations/{actionCode}/rules/{ruleId}/snooze', {
        path,
        query: { ...subjectOf(snooze), propose: 'true' },
      }),
    onSuccess: async (reply) => {
      await refresh()
      if ('proposalId' in reply) return announce('A second person has to approve the end of the snooze.')
      const { by: _, ...again } = snooze
      announce(`${name} counts again for ${whom(snooze)}.`, () =>
        api.post('/action-configurations/{actionCode}/rules/{ruleId}/snooze', { path, body: again }).then(refresh),
      )
    },
  })
  return (
    <li className="flex flex-wrap items-center gap-x-2 text-soft">
      <Icon name="clock" className="size-3.5" />
      <span>
        Snoozed for <UserText className="font-medium text-ink">{whom(snooze)}</UserText> until <Time at={snooze.until} />: “
        <UserText>{snooze.reason}</UserText>”
      </span>
      {may('DELETE /action-configurations/{actionCode}/rules/{ruleId}/snooze') && (
        <Button look="quiet" className="h-6 px-2 text-xs" isBusy={wake.isPending} onClick={() => wake.mutate()}>
          End
        </Button>
      )}
      {wake.isError && <Problem what="The snooze was not ended" error={wake.error} />}
    </li>
  )
}

function subjectOf({ userId, deviceId, ipAddress }: Snooze) {
  if (userId !== undefined) return { userId }
  return deviceId === undefined ? { ipAddress } : { deviceId }
}

function whom({ userId, deviceId, ipAddress }: Snooze): string {
  if (userId !== undefined) return `user ${userId}`
  return deviceId === undefined ? `address ${ipAddress}` : `device ${deviceId}`
}
