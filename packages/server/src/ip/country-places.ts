import { countryPlaceOf, type IpFacts, isMissing, type Known, sourceOfCountryPlaces, UNAVAILABLE } from '@sallyport/engine'
import { dayOf } from './day-of.ts'
import type { DataSetStatus, Evidence } from './ip-intelligence.ts'

/** The day the table was made. Borders do not age. */
const MADE_AT = Date.UTC(2026, 10, 29)
const STALE_AFTER_DAYS = 3650

/** The time zone of a country where all of it shows the same time. */
export function timeZoneOfCountry(countryCode: Known<string> | undefined): Known<string> {
  const place = typeof countryCode === 'string' ? countryPlaceOf(countryCode) : undefined
  return place === undefined || place.timeZone === '' ? UNAVAILABLE : place.timeZone
}

/** What the country of an address says about its place, as far as no city data do. */
export function countryPlaceEvidence(countryCode: string, city: Pick<IpFacts, 'latitude' | 'timeZone'>): Evidence[] {
  const place = countryPlaceOf(countryCode)
  if (place === undefined) return []
  const by = { dataSet: 'places', dataDate: dayOf(MADE_AT) }
  const evidence: Evidence[] = []
  const [first, ...others] = place.circles
  if (first !== undefined && isMissing(city.latitude)) {
    const [latitude, longitude, radiusKm] = first
    const value =
      others.length === 0
        ? `within ${radiusKm} km of ${latitude}, ${longitude}`
        : `in one of ${place.circles.length} circles of up to ${Math.max(...place.circles.map((circle) => circle[2]))} km`
    evidence.push({ fact: 'place', value, ...by, note: `all of ${countryCode}; travel is reckoned with it` })
  }
  if (place.timeZone !== '' && isMissing(city.timeZone))
    evidence.push({ fact: 'timeZone', value: place.timeZone, ...by, note: `all of ${countryCode} shows this time` })
  return evidence
}

/** The table as a data set. It comes with the release and is always there. */
export function describeCountryPlaces(now: number): DataSetStatus {
  const ageDays = Math.max(0, Math.round(((now - MADE_AT) / 86_400_000) * 10) / 10)
  return {
    name: 'places',
    facts: ['timeZone'],
    state: ageDays > STALE_AFTER_DAYS ? 'stale' : 'current',
    dataDate: MADE_AT,
    ageDays,
    staleAfterDays: STALE_AFTER_DAYS,
    entries: 250,
    source: sourceOfCountryPlaces(),
    licence: 'public domain',
    remedy: 'a newer release',
  }
}
