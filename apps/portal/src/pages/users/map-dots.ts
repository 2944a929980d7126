import { centreOf } from '../../parts/country-centres.ts'
import { countryName } from '../../parts/country-name.ts'
import type { MapDot } from '../../parts/world-map-props.ts'
import type { Profile } from './unlike-usual.ts'

/** The countries of a user on a map, and in another colour the one of the action that is drawn, where it is not usual. A country without a place is left out. */
export function mapDots(profile: Profile, unlike: string | undefined): MapDot[] {
  const countries = profile.countries.map(({ countryCode, timesSeen }) => ({ code: countryCode, size: timesSeen, tone: undefined }))
  const shown = unlike === undefined ? countries : [...countries, { code: unlike, size: 1, tone: 'challenge' as const }]
  return shown.flatMap(({ code, size, tone }) => {
    const centre = centreOf(code)
    if (centre === undefined) return []
    const label = tone === undefined ? `${countryName(code)}, ${size}` : `${countryName(code)}, this action`
    return [{ id: code, ...centre, size, label, ...(tone && { tone }) }]
  })
}
