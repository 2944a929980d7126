import { useEffect, useState } from 'react'
import { relativeTime } from './relative-time.ts'

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })
const short = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' })

/** A time in the zone of the reader; UTC on hover. `relative` says how long ago it is, and goes with the clock. */
export function Time({ at, look = 'short' }: { at: string; look?: 'short' | 'exact' | 'relative' }) {
  const ms = Date.parse(at)
  const now = useMinute(look === 'relative')
  const local = Number.isNaN(ms) ? at : (look === 'short' ? short : exact).format(ms)
  const title = `${local} · ${at.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC')}`
  return (
    <time dateTime={at} title={title} className="narrow:whitespace-nowrap">
      {look === 'relative' ? relativeTime(ms, Math.max(now, Date.now())) : local}
    </time>
  )
}

function useMinute(isWanted: boolean): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (!isWanted) return
    const timer = setInterval(() => setNow(Date.now()), 30_000)
    return () => clearInterval(timer)
  }, [isWanted])
  return now
}
