import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, openReply } from '../../api/api.ts'
import { Button, LinkButton } from '../../parts/button.tsx'
import { Menu } from '../../parts/menu.tsx'
import { Problem } from '../../parts/problem.tsx'
import { announce } from '../../parts/toast.ts'
import { freezeTime } from '../../url/time-range.ts'
import { usualRange } from '../../url/use-time-range.ts'
import { eventColumns } from './event-columns.tsx'
import type { EventQuery } from './page-address.ts'

interface Props {
  /** As the search has it. */
  query: EventQuery
  chosen: readonly string[]
  onChosen: (columns: readonly string[]) => void
  isLive: boolean
  /** Absent: this search cannot be followed. */
  onLive: ((isOn: boolean) => void) | undefined
  /** The end of a relative range, milliseconds. */
  end: number
}

/** What can be done with the whole list. */
export function EventsActions({ query, chosen, onChosen, isLive, onLive, end }: Props) {
  const copyLink = async () => {
    const url = new URL(freezeTime(window.location.href, usualRange, end))
    url.searchParams.delete('live')
    await navigator.clipboard.writeText(url.href)
    announce('The link is copied. It shows this very time.')
  }
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<unknown>()
  const exportAs = async (format: 'csv' | 'jsonl') => {
    setBusy(true)
    setProblem(undefined)
    try {
      const reply = await openReply<'get', '/events/export'>('get', '/events/export', { query: { ...query, format } })
      saveAs(`events.${format}`, await reply.blob())
    } catch (error) {
      setProblem(error)
    } finally {
      setBusy(false)
    }
  }
  const isChosen = (id: string) => chosen.includes(id)
  return (
    <>
      <ReviewQueueLink />
      {onLive !== undefined && (
        <Button aria-pressed={isLive} onClick={() => onLive(!isLive)} icon={isLive ? 'check' : 'start'}>
          Live
        </Button>
      )}
      <Menu
        trigger={<Button icon="down">Columns</Button>}
        groups={[
          eventColumns.map(({ id, title }) => ({
            label: title,
            isChosen: isChosen(id),
            disabled: isChosen(id) && chosen.length === 1,
            onChoose: () => onChosen(eventColumns.map((column) => column.id).filter((one) => (one === id ? !isChosen(id) : isChosen(one)))),
          })),
        ]}
      />
      <Menu
        trigger={
          <Button icon="download" isBusy={isBusy}>
            Export
          </Button>
        }
        groups={[
          [
            { label: 'CSV, in which no text is a formula', onChoose: () => void exportAs('csv') },
            { label: 'JSON, an event in each line', onChoose: () => void exportAs('jsonl') },
          ],
        ]}
      />
      <Button icon="link" onClick={copyLink}>
        Copy link
      </Button>
      {problem !== undefined && (
        <div className="basis-full">
          <Problem what="The events were not exported" error={problem} />
        </div>
      )}
    </>
  )
}

/** Lets the browser keep a file. */
function saveAs(name: string, file: Blob): void {
  const url = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

function ReviewQueueLink() {
  const { data } = useQuery({
    queryKey: ['reviews', 'waiting'],
    queryFn: ({ signal }) => api.get('/reviews', { query: { limit: 100 }, signal }),
    refetchInterval: 60_000,
  })
  const count = data?.reviews.length ?? 0
  if (count === 0) return <LinkButton href="/reviews">Review queue</LinkButton>
  return (
    <LinkButton href="/reviews">{`Review queue: ${data?.cursor === undefined ? count : `${count - 1}+`} ${count === 1 ? 'waits' : 'wait'}`}</LinkButton>
  )
}
