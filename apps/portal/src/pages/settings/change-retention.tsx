import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { Button } from '../../parts/button.tsx'
import { ConfirmByName } from '../../parts/confirm-by-name.tsx'
import { Problem } from '../../parts/problem.tsx'
import { Section } from '../../parts/section.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { announce } from '../../parts/toast.ts'
import { countedFrom, describeErasure, keptFor, readDays } from './kept-for.ts'
import { useChangeTenant, useTenant } from './use-tenant.ts'

/** Lets this tenant keep its events for a shorter time than the server. A shorter time erases, so it is confirmed by name; a longer one only keeps more. */
export function ChangeRetention({ eventDays, serverEventDays }: { eventDays: number; serverEventDays: number }) {
  const { may } = useMe()
  const client = useQueryClient()
  const change = useChangeTenant()
  const { data: tenant } = useTenant()
  const [text, setText] = useState(eventDays === 0 ? '' : String(eventDays))
  const [isAsking, setAsking] = useState(false)
  const days = readDays(text, serverEventDays)
  const put = async (eventRetentionDays: number | null) => {
    await change({ eventRetentionDays })
    await client.invalidateQueries({ queryKey: ['retention'] })
  }
  const save = async () => {
    if (days === undefined) return
    await put(days === serverEventDays ? null : days)
    announce(`Events are kept ${keptFor(days)}.`)
  }
  const keepMore = useMutation({ mutationFn: save })
  if (!may('PATCH /tenant') || tenant === undefined) return null
  const isShorter = days !== undefined && days !== 0 && (eventDays === 0 || days < eventDays)
  return (
    <Section title="Keep events for a shorter time">
      <form
        className="flex max-w-xl flex-wrap items-start gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          if (isShorter) setAsking(true)
          else keepMore.mutate()
        }}
      >
        <TextField
          label="Days that events are kept"
          value={text}
          onValue={setText}
          inputMode="numeric"
          className="w-60"
          error={days === undefined ? `A whole number of days${serverEventDays === 0 ? '' : `, at most ${serverEventDays}`}.` : undefined}
          hint={serverEventDays === 0 ? 'Empty: for ever, as the server does.' : `Empty: ${serverEventDays}, as the server does.`}
        />
        <Button type="submit" className="mt-6" isBusy={keepMore.isPending} disabled={days === undefined || days === eventDays}>
          {isShorter ? 'Erase what is older …' : 'Save'}
        </Button>
      </form>
      {keepMore.isError && <Problem what="Nothing was changed" error={keepMore.error} />}
      <ConfirmByName
        isOpen={isAsking && isShorter}
        onClose={() => setAsking(false)}
        title={`Keep events ${keptFor(days ?? 0)}`}
        name={tenant.name}
        verb="Erase older events"
        onConfirm={save}
      >
        <Erased days={days ?? 0} />
      </ConfirmByName>
    </Section>
  )
}

/** How many events that is, as the counts by day say. */
function Erased({ days }: { days: number }) {
  const [now] = useState(() => Date.now())
  const { from, to } = countedFrom(days, now)
  const { data } = useQuery({
    queryKey: ['retention', 'older', days],
    queryFn: ({ signal }) => api.get('/overview', { query: { from, to, bucket: 'day' }, signal }),
    enabled: from < to,
  })
  return <p>{describeErasure(days, now, from < to ? data?.events.count : undefined)}</p>
}
