import { useState } from 'react'
import { Button } from '../parts/button.tsx'
import { Icon } from '../parts/icon.tsx'
import { Popover } from '../parts/popover.tsx'
import { TextField } from '../parts/text-field.tsx'
import { announce } from '../parts/toast.ts'
import { freezeTime, parseTimeRange, type TimeRange } from '../url/time-range.ts'
import { useTimeRange, usualRange } from '../url/use-time-range.ts'

const usual = [
  ['-1h', 'Last hour'],
  ['-1d', 'Last day'],
  ['-7d', 'Last 7 days'],
  ['-30d', 'Last 30 days'],
  ['-90d', 'Last 90 days'],
] as const

/** The time range of the page, and a link that freezes it. */
export function TimeRangePicker() {
  const { range, from, to, words, setRange } = useTimeRange()
  const [isOpen, setOpen] = useState(false)
  const choose = (next: TimeRange | undefined) => {
    if (next !== undefined) setRange(next)
    setOpen(false)
  }
  const copyLink = async () => {
    await navigator.clipboard.writeText(freezeTime(window.location.href, usualRange, Date.parse(to)))
    announce('The link is copied. It shows this very time.')
    setOpen(false)
  }
  return (
    <Popover
      title="Time range"
      align="end"
      isOpen={isOpen}
      onOpen={setOpen}
      trigger={
        <button
          type="button"
          aria-label={`Time range: ${words}`}
          className="flex h-8 shrink-0 items-center gap-1.5 rounded-md px-2 text-sm hover:bg-hover"
        >
          <Icon name="clock" />
          <span className="hidden whitespace-nowrap narrow:inline">{words}</span>
          <Icon name="down" className="size-3" />
        </button>
      }
    >
      <div className="flex flex-wrap gap-1">
        {usual.map(([text, label]) => (
          <Button
            key={text}
            look="quiet"
            aria-pressed={range.kind === 'last' && range.text === text}
            className={range.kind === 'last' && range.text === text ? 'bg-tint text-accent' : ''}
            onClick={() => choose(parseTimeRange(text))}
          >
            {label}
          </Button>
        ))}
      </div>
      <Between key={`${from} ${to}`} from={from} to={to} onRange={choose} />
      <div className="mt-3 border-t pt-2">
        <Button look="quiet" icon="link" onClick={copyLink}>
          Copy link to this time
        </Button>
      </div>
    </Popover>
  )
}

function Between({ from, to, onRange }: { from: string; to: string; onRange: (range: TimeRange) => void }) {
  const [begin, setBegin] = useState(localText(from))
  const [end, setEnd] = useState(localText(to))
  const range = { from: Date.parse(begin), to: Date.parse(end) }
  const isRight = range.from < range.to
  return (
    <form
      className="mt-3 space-y-2 border-t pt-2"
      onSubmit={(event) => {
        event.preventDefault()
        if (isRight) onRange({ kind: 'between', ...range })
      }}
    >
      <div className="space-y-2">
        <TextField label="From" type="datetime-local" value={begin} onValue={setBegin} />
        <TextField label="To" type="datetime-local" value={end} onValue={setEnd} />
      </div>
      <p className="text-xs text-soft">In your time zone, {Intl.DateTimeFormat().resolvedOptions().timeZone}.</p>
      <Button type="submit" disabled={!isRight}>
        Show this range
      </Button>
    </form>
  )
}

/** As `datetime-local` takes it. */
function localText(iso: string): string {
  const at = new Date(iso)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`
}
