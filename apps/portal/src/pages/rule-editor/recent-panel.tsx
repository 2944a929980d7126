import type { JsonValue } from '@sallyport/engine/facts'
import { Chip } from '../../parts/chip.tsx'
import { UserText } from '../../parts/user-text.tsx'
import type { TreeCondition } from '../../rule-tree/read-tree.ts'
import { limitScale, type RecentSignal, shareOver, shareWords, unknownWords } from '../../rule-tree/recent-values.ts'
import type { SignalChoice } from '../../rule-tree/signal-choices.ts'
import { useBuilder } from './builder-context.ts'
import { showValue } from './show-value.ts'

/** What a signal had in the latest events, with the limit of the condition drawn into it. Values can be chosen here, and the limit moved. */
export function RecentPanel({
  condition,
  signal,
  onValue,
}: {
  condition: TreeCondition
  signal: SignalChoice
  onValue: (value: JsonValue, kind?: string) => void
}) {
  const { recent } = useBuilder()
  const had = recent?.bySignal.get(signal.name)
  if (recent === undefined) return <p className="text-xs text-soft">Reading what your traffic had …</p>
  if (had === undefined || had.known === 0)
    return (
      <p className="text-xs text-soft">
        {recent.of === 0
          ? 'No event of this action was tracked yet. Its values will stand here.'
          : `It had no value in the latest ${recent.of.toLocaleString('en')} events${signal.family === 'velocity' ? ': a new feature counts from its declaration on' : ''}.`}
      </p>
    )
  const [value] = condition.values
  const isLimit = ['<', '<=', '>', '>='].includes(condition.test) && value?.kind === 'number'
  const unknown = unknownWords(had)
  return (
    <div className="text-xs">
      {had.numbers !== undefined && had.distinct > 5 ? (
        <Histogram
          had={had}
          signal={signal}
          {...(isLimit ? { limit: value.value, test: condition.test, onLimit: (limit: number) => onValue(limit, 'limit') } : {})}
        />
      ) : (
        <ul aria-label="Most frequent values lately" className="flex flex-wrap gap-1">
          {had.values.slice(0, 8).map(({ value: each, count }) => (
            <li key={String(each)}>
              <button
                type="button"
                onClick={() => onValue(each)}
                title={`Choose ${showValue(signal, each)}`}
                className="rounded-full hover:bg-hover"
              >
                <Chip>
                  <UserText>{showValue(signal, each)}</UserText> <span className="text-soft">{shareWords(count, had.known)}</span>
                </Chip>
              </button>
            </li>
          ))}
        </ul>
      )}
      {unknown !== undefined && (
        <p className="mt-1 flex items-center gap-1.5 text-soft">
          <span aria-hidden="true" className="hatched size-3 rounded-sm border border-line-strong" />
          {unknown}
        </p>
      )}
    </div>
  )
}

function Histogram({
  had,
  signal,
  limit,
  test,
  onLimit,
}: {
  had: RecentSignal
  signal: SignalChoice
  limit?: number
  test?: string
  onLimit?: (limit: number) => void
}) {
  const { bounds, counts } = had.numbers?.histogram ?? { bounds: [], counts: [] }
  const scale = limitScale({ bounds, counts })
  const { min, max, step } = scale
  const most = Math.max(1, ...counts)
  const place = (at: number) => ((Math.min(max, Math.max(min, at)) - min) / (max - min || 1)) * 100
  const isOver = test === '>' || test === '>='
  const over = limit === undefined ? 0 : shareOver({ bounds, counts }, limit)
  const share = isOver ? over : 1 - over
  const matches = (middle: number) => limit !== undefined && (isOver ? middle > limit : middle < limit)
  const words =
    limit === undefined
      ? ''
      : `About ${percent(share)} of the values lately are ${isOver ? 'over' : 'under'} ${limit.toLocaleString('en')}.`
  return (
    <div>
      {/* The thumb of the slider is 16 px wide: the bars begin and end where its middle does. */}
      <div className="relative h-16 px-2">
        <svg
          role="img"
          aria-label={`How ${signal.label} was spread lately`}
          viewBox="0 0 100 40"
          preserveAspectRatio="none"
          className="h-full w-full border-b"
        >
          {counts.map((count, at) => {
            const [from = 0, to = 0] = [bounds[at], bounds[at + 1]]
            const height = count === 0 ? 0 : Math.max(1, (Math.sqrt(count) / Math.sqrt(most)) * 38)
            return (
              <rect
                key={from}
                x={place(from)}
                width={Math.max(0.3, place(to) - place(from) - 0.4)}
                y={40 - height}
                height={height}
                fill={matches((from + to) / 2) ? 'var(--color-challenge)' : 'var(--color-line-strong)'}
              />
            )
          })}
          {limit !== undefined && limit >= min && limit <= max && (
            <line
              x1={place(limit)}
              x2={place(limit)}
              y1="0"
              y2="40"
              stroke="var(--color-ink)"
              strokeWidth="1"
              vectorEffect="non-scaling-stroke"
            />
          )}
        </svg>
      </div>
      {limit !== undefined && (
        <input
          type="range"
          aria-label={`Limit of ${signal.label}`}
          min={min}
          max={max}
          step={step}
          value={Math.min(max, Math.max(min, limit))}
          onChange={(event) => onLimit?.(Number(event.target.value))}
          className="block h-4 w-full accent-accent"
        />
      )}
      <div className="flex justify-between px-2 text-soft">
        <span>{min.toLocaleString('en')}</span>
        <span>{max.toLocaleString('en')}</span>
      </div>
      <p className="mt-1">
        {words}{' '}
        <span className="text-soft">
          The bars are the latest {(had.known + had.other).toLocaleString('en')} values, drawn by the root of their number.
        </span>
      </p>
    </div>
  )
}

function percent(share: number): string {
  const value = share * 100
  return `${value > 0 && value < 1 ? value.toFixed(1) : Math.round(value)} %`
}
