import { useMemo } from 'react'
import { Bars } from '../../parts/bars.tsx'
import { formatShare } from '../../parts/format-share.ts'
import { Section } from '../../parts/section.tsx'
import { WorldMap } from '../../parts/world-map.tsx'
import type { Overview } from './overview.ts'
import { dotsOf, placesOf } from './places.ts'

const most = 8

/** Where the events came from: by country, for that is what is counted by hour. */
export function PlacesSection({ overview }: { overview: Overview }) {
  const { known, unknown } = useMemo(() => placesOf(overview), [overview])
  const dots = useMemo(() => dotsOf(known), [known])
  const all = overview.events.count
  const rows = [...known.map(({ name, count }) => [name, count] as const), ...(unknown > 0 ? [['Not known', unknown] as const] : [])]
  const bars = known.slice(0, most).map(({ id, name, count }) => ({ id, name, count, note: formatShare(count, all) }))
  const others = known.slice(most).reduce((sum, { count }) => sum + count, 0)
  return (
    <Section title="Where events came from">
      <div className="grid gap-x-8 gap-y-4 wide:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <WorldMap
          label="Events by country"
          dots={dots}
          head={['Country', 'Events', 'Share']}
          rows={rows.map(([name, count]) => [name, count.toLocaleString(), formatShare(count, all)])}
        />
        <div>
          <Bars
            label="Countries"
            bars={[
              ...bars,
              ...(others > 0
                ? [
                    {
                      id: 'others',
                      name: `${known.length - most} more`,
                      count: others,
                      note: formatShare(others, all),
                      tone: 'unknown' as const,
                    },
                  ]
                : []),
              ...(unknown > 0
                ? [{ id: 'unknown', name: 'Not known', count: unknown, note: formatShare(unknown, all), tone: 'unknown' as const }]
                : []),
            ]}
          />
        </div>
      </div>
    </Section>
  )
}
