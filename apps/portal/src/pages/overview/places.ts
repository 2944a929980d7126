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
}

export function placesOf({ countries }: Overview): Places {
  const listed = countries.map(({ country, count, filter }): Place => {
    return { id: country ?? '', name: country === null ? 'Not known' : countryName(country), count, href: eventsHref(filter) }
  })
  return { known: listed.filter(({ id }) => id !== ''), unknown: listed.find(({ id }) => id === '') }
}

/** Several countries as one place. `undefined`: there is none. */
export function togetherOf(places: readonly Place[], { from, to }: Overview): Place | undefined {
  if (places.length === 0) return undefined
  const count = places.reduce((sum, place) => sum + place.count, 0)
  return { id: 'rest', name: 'Other countries', count, href: eventsHref({ country: places.map(({ id }) => id).join(), from, to }) }
}

export function dotsOf(places: readonly Place[]): MapDot[] {
  return places.flatMap(({ id, name, count, href }) => {
    const centre = centreOf(id)
    return centre === undefined ? [] : [{ id, ...centre, size: count, label: `${name}, ${count.toLocaleString('en')}`, href }]
  })
}
