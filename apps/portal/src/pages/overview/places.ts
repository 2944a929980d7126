import { centreOf } from '../../parts/country-centres.ts'
import { countryName } from '../../parts/country-name.ts'
import type { MapDot } from '../../parts/world-map-props.ts'
import type { Overview } from './overview.ts'

export interface Place {
  id: string
  name: string
  count: number
}

/** The countries of the events, those with most first, and after them what no country is known of. */
export function placesOf({ countries, events }: Overview): { known: Place[]; unknown: number } {
  const known = countries.flatMap(({ country, count }) => (country === null ? [] : [{ id: country, name: countryName(country), count }]))
  return { known, unknown: Math.max(0, events.count - known.reduce((sum, { count }) => sum + count, 0)) }
}

export function dotsOf(places: readonly Place[]): MapDot[] {
  return places.flatMap(({ id, name, count }) => {
    const centre = centreOf(id)
    return centre === undefined ? [] : [{ id, ...centre, size: count, label: `${name}, ${count.toLocaleString('en')}` }]
  })
}
