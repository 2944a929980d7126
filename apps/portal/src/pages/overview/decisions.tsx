import { useMemo } from 'react'
import { Link } from 'wouter'
import { Choice } from '../../parts/choice.tsx'
import { formatShare } from '../../parts/format-share.ts'
import { Section } from '../../parts/section.tsx'
import { StateBadge } from '../../parts/state-badge.tsx'
import { TimeChart } from '../../parts/time-chart.tsx'
import { oneOf } from '../../url/codec.ts'
import { useParam } from '../../url/use-param.ts'
import { bucketsOf, type Family, families, hrefOfLayer, totalOf } from './families.ts'
import type { Overview } from './overview.ts'

const bucketChoice = oneOf(['auto', 'hour', 'day'], 'auto')
const shownChoice = oneOf(['all', 'stopped'], 'all')
const bucketMs = { hour: 3_600_000, day: 86_400_000 } as const

/** `auto`: hours for up to eight days. */
export function useBucket() {
  return useParam('bucket', bucketChoice)
}

/** What was decided, by hour or day, with the totals as labels of the layers. */
export function Decisions({ overview, onRange }: { overview: Overview; onRange: (from: number, to: number) => void }) {
  const [, setBucket] = useBucket()
  const [shown, setShown] = useParam('show', shownChoice)
  const isWhole = shown === 'all'
  const buckets = useMemo(() => bucketsOf(overview, isWhole), [overview, isWhole])
  const layers = useMemo(() => families.filter(({ id }) => isWhole || id !== 'allow'), [isWhole])
  const { bucket, events, from, to } = overview
  const days = (Date.parse(to) - Date.parse(from)) / bucketMs.day
  return (
    <Section
      title="Decisions over time"
      aside={
        <div className="flex w-full gap-2 narrow:w-auto">
          <Choice
            label="What is shown"
            value={shown}
            onValue={setShown}
            options={[
              { value: 'all', label: 'All' },
              { value: 'stopped', label: 'Without allowed' },
            ]}
          />
          {days > 1 && days <= 31 && (
            <Choice
              label="Columns"
              value={bucket}
              onValue={setBucket}
              options={[
                { value: 'hour', label: 'By hour' },
                { value: 'day', label: 'By day' },
              ]}
            />
          )}
        </div>
      }
    >
      <ul aria-label="Events by decision" className="flex flex-wrap gap-x-5 gap-y-1 text-sm">
        {families.toReversed().map((family) => {
          const { count, href } = totalOf(overview, family)
          return (
            <li key={family.id} className={`flex items-center gap-1.5 ${isWhole || family.id !== 'allow' ? '' : 'opacity-60'}`}>
              <StateBadge state={family.outcome} word={family.word} />
              <Link href={href} className="font-medium hover:underline">
                {count.toLocaleString()}
              </Link>
              <span className="text-soft">{formatShare(count, events.count)}</span>
            </li>
          )
        })}
      </ul>
      <TimeChart
        label="Decisions over time"
        buckets={buckets}
        bucketMs={bucketMs[bucket]}
        layers={layers}
        one="event"
        many="events"
        hrefOf={({ at }, layer) => hrefOfLayer(overview, at, layer as Family)}
        onRange={onRange}
      />
    </Section>
  )
}
