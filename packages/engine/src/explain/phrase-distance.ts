import type { JsonValue } from '../facts/json-value.ts'
import { namedBy, type Phrasing } from './phrasing.ts'

/** `the address is within 100 km of …`. */
export function phraseDistance(args: readonly JsonValue[], wanted: boolean, phrasing: Phrasing): string {
  const [latitude = null, longitude = null, ...others] = args
  const isAddress = namedBy(latitude, phrasing) === 'ip.location.latitude' && namedBy(longitude, phrasing) === 'ip.location.longitude'
  const place = isAddress ? 'the address' : `the place at ${phrasing.value(latitude, phrasing)}, ${phrasing.value(longitude, phrasing)}`
  const [toLatitude, toLongitude, km] = [0, 1, 2].map((i) => phrasing.value(others[i] ?? null, phrasing))
  return `${place} is ${wanted ? 'within' : 'more than'} ${km} km ${wanted ? 'of' : 'from'} ${toLatitude}, ${toLongitude}`
}
