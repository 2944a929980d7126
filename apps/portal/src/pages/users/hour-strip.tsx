import { AsTable } from '../../parts/as-table.tsx'
import { hourLevels, hourWords } from './hour-levels.ts'
import type { Profile } from './unlike-usual.ts'

/** The 24 hours of a user's day, darker where they act more. `mark` is the hour of the action that is drawn. */
export function HourStrip({ hours, mark }: { hours: Profile['hours']; mark: number | undefined }) {
  const { counts, isUnusual, timeZone } = hours
  const levels = hourLevels(counts)
  const zone = timeZone === undefined ? 'UTC' : timeZone
  return (
    <AsTable
      label={`Hours of the day, ${zone}`}
      head={['Hour', 'Actions', 'An action then']}
      rows={counts.map((count, hour) => [hourWords(hour), count, verdict(isUnusual, hour)])}
    >
      <div className="grid grid-cols-[repeat(24,minmax(0,1fr))] gap-px">
        {levels.map((level, hour) => (
          <div key={hour} title={`${hourWords(hour)} ${zone}: ${counts[hour] ?? 0} actions; an action then ${verdict(isUnusual, hour)}`}>
            <div
              className={`relative h-10 border ${isUnusual?.[hour] ? 'hatched border-line' : 'border-line-strong bg-surface'} ${mark === hour ? 'outline-2 outline-offset-1 outline-challenge' : ''}`}
            >
              <div className="absolute inset-0 bg-accent" style={{ opacity: level }} />
            </div>
            <div aria-hidden="true" className="mt-1 text-center text-xs text-soft">
              {hour % 6 === 0 ? hour : ''}
            </div>
          </div>
        ))}
      </div>
      <p className="text-xs text-soft">
        Hours of {zone}
        {timeZone === undefined ? ', or of the place at the time' : ''}, on all days of the week together: only hours are learnt.{' '}
        {isUnusual === null ? 'Too little is known to call an hour unusual.' : 'Hatched: an action then would be unusual.'}
        {mark === undefined ? '' : ` Outlined: this action, at ${hourWords(mark)}.`}
      </p>
    </AsTable>
  )
}

function verdict(isUnusual: readonly boolean[] | null, hour: number): string {
  if (isUnusual === null) return 'cannot be judged yet'
  return isUnusual[hour] ? 'would be unusual' : 'would be as usual'
}
