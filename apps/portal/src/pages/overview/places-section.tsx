import { useMemo } from 'react'
import { Link } from 'wouter'
import { type Bar, Bars } from '../../parts/bars.tsx'
import { formatShare } from '../../parts/format-share.ts'
import { Section } from '../../parts/section.tsx'
import { WorldMap } from '../../parts/world-map.tsx'
import type { Overview } from './overview.ts'
import { dotsOf, placesOf, togetherOf } from './places.ts'

const most = 8

/** Where the events came from: by country, for that is what is counted by hour. */
export function PlacesSection({ overview }: { overview: Overview }) {
  const { known, unknown } = useMemo(() => placesOf(overview), [overview])
  const dots = useMemo(() => dotsOf(known), [known])
  const all = overview.events.count
  const listed = unknown === undefined ? known : [...known, unknown]
  const rest = togetherOf(known.slice(most), overview)
  const bars: Bar[] = [...known.slice(0, most), ...(rest === undefined ? [] : [rest])].map((place) => ({
    ...place,
    note: formatShare(place.count, all),
  }))
  if (unknown !== undefined) bars.push({ ...unknown, note: formatShare(unknown.count, all), tone: 'unknown' })
  return (
    <Section title="Where events came from">
      <div className="grid gap-x-8 gap-y-4 wide:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <WorldMap
          label="Events by country"
          dots={dots}
          head={['Country', 'Events', 'Share']}
          rows={listed.map(({ id, name, count, href }) => [
            name,
            <Link key={id} href={href} className="hover:underline">
              {count.toLocaleString()}
            </Link>,
            formatShare(count, all),
          ])}
        />
        <div>
          <Bars label="Countries" bars={bars} />
        </div>
      </div>
    </Section>
  )
}
