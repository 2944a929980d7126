import { centreOf } from '../../parts/country-centres.ts'
import { countryName } from '../../parts/country-name.ts'
import type { MapDot } from '../../parts/world-map-props.ts'
import { eventsHref } from '../../url/events-href.ts'
import type { Overview } from './overview.ts'

export interface Place {
  id: string
  name: string
  count: number
  href: string
}

export interface Places {
  /** The countries with most events first. */
  known: Place[]
  /** Events of addresses whose country is not known. */
  unknown: Place | undefined
  /** Events of countries that are not listed. */
  others: number
}

export function placesOf({ countries, events }: Overview): Places {
  const listed = countries.map(({ country, count, filter }): Place => {
    return { id: country ?? '', name: country === null ? 'Not known' : countryName(country), count, href: eventsHref(filter) }
  })
  return {
    known: listed.filter(({ id }) => id !== ''),
    unknown: listed.find(({ id }) => id === ''),
    others: Math.max(0, events.count - listed.reduce((sum, { count }) => sum + count, 0)),
  }
}

export function dotsOf(places: readonly Place[]): MapDot[] {
  return places.flatMap(({ id, name, count, href }) => {
    const centre = centreOf(id)
    return centre === undefined ? [] : [{ id, ...centre, size: count, label: `${name}, ${count.toLocaleString('en')}`, href }]
  })
}
