import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { Tone } from './state.ts'

/** The names are written out, for the stylesheet is made from what stands here. */
const fills: Record<Tone | 'accent', string> = {
  accent: 'bg-accent',
  allow: 'bg-allow-fill',
  challenge: 'bg-challenge-fill',
  review: 'bg-review-fill',
  block: 'bg-block-fill',
  unknown: 'hatched border border-line-strong',
}

export interface Bar {
  id: string
  name: ReactNode
  count: number
  /** The page with what is counted. */
  href?: string
  /** Behind the count: `78 %`. */
  note?: ReactNode
  tone?: Tone | 'accent'
}

/** Counts with a bar each, the longest for `most` (absent: the largest count). The numbers stand in the rows, so that no table is needed behind them. */
export function Bars({
  label,
  bars,
  most = Math.max(1, ...bars.map(({ count }) => count)),
}: {
  label: string
  bars: readonly Bar[]
  most?: number
}) {
  return (
    <ul aria-label={label} className="grid grid-cols-[minmax(4.5rem,auto)_minmax(2rem,1fr)_auto_auto] gap-x-3 text-sm">
      {bars.map(({ id, name, count, href, note, tone = 'accent' }) => (
        <li key={id} className="col-span-4 grid h-8 grid-cols-subgrid items-center border-b last:border-b-0">
          <span className="max-w-40 truncate">{name}</span>
          <span aria-hidden="true" className="h-2.5 rounded-sm">
            {count > 0 && (
              <span className={`block h-full min-w-0.5 rounded-sm ${fills[tone]}`} style={{ width: `${share(count, most) * 100}%` }} />
            )}
          </span>
          <span className="text-right font-medium">
            {href === undefined ? (
              count.toLocaleString()
            ) : (
              <Link href={href} className="hover:underline">
                {count.toLocaleString()}
              </Link>
            )}
          </span>
          <span className="min-w-12 text-right text-soft">{note}</span>
        </li>
      ))}
    </ul>
  )
}

/** One bar in parts, such as good and bad of the same. `label` says it in words. */
export function PartsBar({ label, parts }: { label: string; parts: readonly { tone: Tone | 'accent'; count: number }[] }) {
  const sum = parts.reduce((all, { count }) => all + count, 0)
  return (
    <span role="img" aria-label={label} title={label} className="flex h-2.5 w-full gap-px overflow-hidden rounded-sm bg-unknown-tint">
      {parts
        .filter(({ count }) => count > 0)
        .map(({ tone, count }) => (
          <span key={tone} className={`h-full min-w-0.5 ${fills[tone]}`} style={{ width: `${share(count, sum) * 100}%` }} />
        ))}
    </span>
  )
}

function share(count: number, of: number): number {
  return of <= 0 ? 0 : Math.min(1, count / of)
}
