import { Link } from 'wouter'
import { AsTable } from '../../parts/as-table.tsx'
import { describeState } from '../../parts/state.ts'
import { StateBadge } from '../../parts/state-badge.tsx'
import { Time } from '../../parts/time.tsx'
import { receiptHref } from '../../url/event-id.ts'
import { type ScorePoint, scorePoints, scoreSentence, thinPoints } from './score-points.ts'
import type { UserEvent } from './unlike-usual.ts'

const dots = {
  allow: 'rounded-full bg-allow',
  challenge: 'rounded-full border-2 border-challenge bg-challenge-tint',
  review: 'rotate-45 border-2 border-review bg-review-tint',
  block: 'bg-block',
  unknown: 'rounded-full border-2 border-unknown bg-unknown-tint',
}

/** More dots than this many times two would lie over each other. */
const mostParts = 200

/** The risk score of each event over time. A dot leads to its receipt. */
export function ScoreChart({ events }: { events: readonly UserEvent[] }) {
  const points = scorePoints(events)
  const [first, last] = [points.at(0), points.at(-1)]
  if (first === undefined || last === undefined) return null
  return (
    <div className="mb-4">
      <p className="mb-2 text-sm text-soft">{scoreSentence(points)}</p>
      <AsTable
        label="Score over time"
        head={['Time', 'State', 'Score']}
        rows={points.toReversed().map(({ event, score }) => [
          <Link key="at" href={receiptHref(event)} className="hover:underline">
            <Time at={event.createdAt} />
          </Link>,
          <StateBadge key="state" state={event.state} />,
          score,
        ])}
      >
        <div className="flex gap-2">
          <div aria-hidden="true" className="relative h-32 w-6 text-right text-xs text-soft">
            {[100, 50, 0].map((value) => (
              <span key={value} className="absolute right-0 -translate-y-1/2" style={{ top: `${100 - value}%` }}>
                {value}
              </span>
            ))}
          </div>
          <div className="min-w-0 flex-1">
            <div className="relative mx-2 h-32">
              {[100, 50, 0].map((value) => (
                <div key={value} className="absolute inset-x-[-8px] border-t" style={{ top: `${100 - value}%` }} />
              ))}
              {thinPoints(points, mostParts).map((point) => (
                <Dot key={receiptHref(point.event)} point={point} />
              ))}
            </div>
            <div className="mt-2 flex justify-between text-xs text-soft">
              <Time at={first.event.createdAt} />
              {points.length > 1 && <Time at={last.event.createdAt} />}
            </div>
          </div>
        </div>
      </AsTable>
    </div>
  )
}

function Dot({ point: { event, score, x } }: { point: ScorePoint }) {
  const { word, tone } = describeState(event.state)
  const label = `${new Date(event.createdAt).toLocaleString()}: ${word}, score ${score}`
  return (
    <Link
      href={receiptHref(event)}
      // The table behind the chart is the way for the keyboard: nobody wants to step through two hundred dots.
      tabIndex={-1}
      aria-label={label}
      title={label}
      className={`absolute size-2.5 -translate-x-1/2 -translate-y-1/2 hover:outline-2 hover:outline-focus ${dots[tone]}`}
      style={{ left: `${x * 100}%`, top: `${100 - score}%` }}
    />
  )
}
