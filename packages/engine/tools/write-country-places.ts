// Writes `src/facts/country-places.ts`: where each country is, as circles, and its time zone where all of it has one clock.
//
// Borders are Natural Earth 1:10m, through the npm package world-atlas; time zones are zone.tab of the IANA time zone database. Both are in
// the public domain. Usage: node packages/engine/tools/write-country-places.ts [folder of zone.tab]
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

type Point = [longitude: number, latitude: number]
/** A place on a sphere of radius 1. */
type Vector = [x: number, y: number, z: number]
type Ring = Point[]
/** The outer ring first, then holes. */
type Polygon = Ring[]

interface Topology {
  transform: { scale: Point; translate: Point }
  arcs: Point[][]
  objects: { countries: { geometries: Geometry[] } }
}

interface Geometry {
  id?: string
  properties: { name: string }
  type: 'Polygon' | 'MultiPolygon'
  arcs: number[][] | number[][][]
}

/** A country gets as many circles as bring the largest one below this radius, or the most that it may have. */
const wantedRadiusKm = 700
const mostCircles = 10
/** Points are counted on this raster, which is enough for an address. */
const rasterDegrees = 0.1
const earthKm = 6371

/** Areas of Natural Earth without a code of ISO 3166, and the countries whose addresses are used there. Reefs and rocks are left out. */
const codesOfUncoded: Readonly<Record<string, string[]>> = {
  Kosovo: ['XK'],
  Somaliland: ['SO'],
  'N. Cyprus': ['CY'],
  'Cyprus U.N. Buffer Zone': ['CY'],
  Dhekelia: ['CY'],
  Akrotiri: ['CY'],
  Baikonur: ['KZ'],
  'Siachen Glacier': ['IN', 'PK'],
}

/** Parts of a country that have a code of their own: a part belongs to the first row that its first point is in. */
const partsWithCode: readonly { of: string; code: string; box: [west: number, south: number, east: number, north: number] }[] = [
  { of: 'FR', code: 'GF', box: [-55, 2, -51, 6] },
  { of: 'FR', code: 'GP', box: [-62, 15.7, -60.9, 16.7] },
  { of: 'FR', code: 'MQ', box: [-61.4, 14.2, -60.7, 15] },
  { of: 'FR', code: 'RE', box: [55, -21.6, 56, -20.7] },
  { of: 'FR', code: 'YT', box: [44.8, -13.2, 45.5, -12.4] },
  { of: 'NO', code: 'SJ', box: [-10, 70, 36, 82] },
  { of: 'NO', code: 'BV', box: [3, -55, 4, -54] },
  { of: 'NL', code: 'BQ', box: [-69, 11, -62, 18] },
  { of: 'NZ', code: 'TK', box: [-173, -10, -171, -8] },
  { of: '', code: 'CX', box: [105, -11, 106, -10] },
  { of: '', code: 'CC', box: [96, -13, 97.5, -11] },
]
/** Its border has no inside on a flat map. */
const antarctica: [longitude: number, latitude: number, radiusKm: number] = [0, -90, 3400]
// The north of Norway's mainland lies in the box of Svalbard.
const isMainlandNorway = ([longitude, latitude]: Point) => latitude < 71.3 && longitude > 5

const knownClocks = new Map<string, string>()

const require = createRequire(import.meta.url)
const atlas = JSON.parse(readFileSync(require.resolve('world-atlas/countries-10m.json'), 'utf8')) as Topology
const zoneFolder = process.argv[2] ?? '/usr/share/zoneinfo'
const zones = readZones(readFileSync(join(zoneFolder, 'zone.tab'), 'utf8'))

const arcs = atlas.arcs.map(decodeArc)
const polygonsOf = new Map<string, Polygon[]>()
for (const geometry of atlas.objects.countries.geometries) {
  const shapes = (geometry.type === 'Polygon' ? [geometry.arcs] : geometry.arcs) as number[][][]
  for (const shape of shapes) {
    const polygon = shape.map(decodeRing)
    for (const code of codesOf(geometry, polygon)) polygonsOf.set(code, [...(polygonsOf.get(code) ?? []), polygon])
  }
}

const rows = [...polygonsOf]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([code, polygons]) => {
    const places = zones.filter((zone) => zone.code === code)
    const points = [...rasterOf(polygons), ...places.map(({ at }) => at)]
    const circles = (code === 'AQ' ? [antarctica] : coverWithCircles(points)).map(
      ([longitude, latitude, radius]) => `${latitude},${longitude},${radius}`,
    )
    return [code, circles.join(' '), zoneOfAll(places.map(({ zone }) => zone)) ?? ''].join('|')
  })

const versionOfZones = /^# version (\S+)/.exec(readFileSync(join(zoneFolder, 'tzdata.zi'), 'utf8'))?.[1]
const target = new URL('../src/facts/country-places.ts', import.meta.url)
const begin = '// <made by tools/write-country-places.ts>\n'
const end = '// </made>\n'
const source = readFileSync(target, 'utf8')
const table = `const madeFrom = 'Natural Earth 1:10m (world-atlas ${versionOfAtlas()}), IANA time zones ${versionOfZones}'\n\nconst table = \`\n${rows.join('\n')}\n\`\n`
writeFileSync(target, `${source.slice(0, source.indexOf(begin))}${begin}${table}${source.slice(source.indexOf(end))}`)
process.stdout.write(`${rows.length} countries, ${rows.reduce((sum, row) => sum + row.split(' ').length, 0)} circles\n`)

function versionOfAtlas(): string {
  return (JSON.parse(readFileSync(require.resolve('world-atlas/package.json'), 'utf8')) as { version: string }).version
}

function decodeArc(deltas: Point[]): Point[] {
  const { scale, translate } = atlas.transform
  let [x, y] = [0, 0]
  return deltas.map(([dx, dy]) => {
    x += dx
    y += dy
    return [x * scale[0] + translate[0], y * scale[1] + translate[1]]
  })
}

/** An index below zero is the arc `~index`, backwards. */
function decodeRing(indices: number[]): Ring {
  return indices.flatMap((index) => {
    const points = arcs[index < 0 ? ~index : index] ?? []
    return index < 0 ? [...points].reverse() : points
  })
}

function codesOf({ id, properties }: Geometry, polygon: Polygon): string[] {
  // Unicode knows the numbers of ISO 3166 as aliases of the codes.
  const code = id === undefined ? '' : (new Intl.Locale(`und-${id}`).region ?? '')
  const first = polygon[0]?.[0] ?? [0, 0]
  const part = partsWithCode.find(({ of, box: [west, south, east, north], code: part }) => {
    if (of !== code || (part === 'SJ' && isMainlandNorway(first))) return false
    return first[0] >= west && first[0] <= east && first[1] >= south && first[1] <= north
  })
  if (part !== undefined) return [part.code]
  return id === undefined ? (codesOfUncoded[properties.name] ?? []) : [code]
}

/** The corners and the inside of all polygons, on the raster. */
function rasterOf(polygons: readonly Polygon[]): Point[] {
  const seen = new Map<string, Point>()
  const add = ([longitude, latitude]: Point) => {
    const point: Point = [snap(longitude, rasterDegrees), snap(latitude, rasterDegrees)]
    seen.set(point.join(), point)
  }
  for (const polygon of polygons) {
    for (const ring of polygon) ring.forEach(add)
    const outer = unwrapped(polygon[0] ?? [])
    const [west, east] = [Math.min(...outer.map(([x]) => x)), Math.max(...outer.map(([x]) => x))]
    const [south, north] = [Math.min(...outer.map(([, y]) => y)), Math.max(...outer.map(([, y]) => y))]
    for (let x = Math.ceil(west); x < east; x += 1)
      for (let y = Math.ceil(south); y < north; y += 1) if (isInside([x, y], outer)) add([x > 180 ? x - 360 : x < -180 ? x + 360 : x, y])
  }
  return [...seen.values()]
}

/** A ring that crosses the 180th meridian, going on beyond it. */
function unwrapped(ring: Ring): Ring {
  let turns = 0
  return ring.map(([longitude, latitude], i) => {
    const step = longitude - (ring[i - 1] ?? [longitude])[0]
    if (step > 180) turns -= 1
    if (step < -180) turns += 1
    return [longitude + 360 * turns, latitude]
  })
}

function isInside([x, y]: Point, ring: Ring): boolean {
  let inside = false
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [xi, yi] = ring[i] as Point
    const [xj, yj] = ring[j] as Point
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside
  }
  return inside
}

function coverWithCircles(points: readonly Point[]): [longitude: number, latitude: number, radiusKm: number][] {
  const vectors = points.map(toVector)
  for (let count = 1; ; count += 1) {
    const circles = cover(vectors, count)
    if (count === mostCircles || Math.max(...circles.map(([, , radius]) => radius)) <= wantedRadiusKm) return circles
  }
}

/** Few circles of about one size that hold all points: centres as far apart as can be (Gonzalez), then moved to the middle of their own points. */
function cover(points: readonly Vector[], count: number): [number, number, number][] {
  const centres: Vector[] = [middleOf(points)]
  if (count > 1) centres[0] = farthestFrom(points, centres)
  while (centres.length < count) centres.push(farthestFrom(points, centres))
  let groups: Vector[][] = []
  for (let round = 0; round < 12; round += 1) {
    groups = centres.map(() => [])
    for (const point of points) groups[nearestIndex(point, centres)]?.push(point)
    groups.forEach((group, i) => {
      if (group.length > 0) centres[i] = middleOf(group)
    })
  }
  return groups.flatMap((group, i): [number, number, number][] => {
    if (group.length === 0) return []
    const [longitude, latitude] = toPoint(centres[i] as Vector).map((degrees) => snap(degrees, 0.1)) as Point
    const centre = toVector([longitude, latitude])
    const radius = earthKm * Math.acos(Math.max(-1, cosine(farthestFrom(group, [centre]), centre)))
    // Half a step of the raster, as far as it is at the equator, and up to the next ten.
    return [[longitude, latitude, Math.ceil((radius + 8) / 10) * 10]]
  })
}

/** The centre of the smallest circle around points, nearly: steps towards the farthest point that become shorter (Bădoiu and Clarkson). */
function middleOf(points: readonly Vector[]): Vector {
  let centre = points[0] ?? toVector([0, 0])
  for (let step = 1; step <= 100; step += 1) {
    const [x, y, z] = farthestFrom(points, [centre])
    const share = 1 / (step + 1)
    const moved: Vector = [centre[0] + (x - centre[0]) * share, centre[1] + (y - centre[1]) * share, centre[2] + (z - centre[2]) * share]
    centre = toVector(toPoint(moved))
  }
  return centre
}

function farthestFrom(points: readonly Vector[], centres: readonly Vector[]): Vector {
  let found = points[0] ?? toVector([0, 0])
  let least = 2
  for (const point of points) {
    let nearest = -2
    for (const centre of centres) nearest = Math.max(nearest, cosine(point, centre))
    if (nearest < least) [found, least] = [point, nearest]
  }
  return found
}

function nearestIndex(point: Vector, centres: readonly Vector[]): number {
  let found = 0
  for (let i = 1; i < centres.length; i += 1) if (cosine(point, centres[i] as Vector) > cosine(point, centres[found] as Vector)) found = i
  return found
}

/** Of the angle between two places: the larger, the nearer. */
function cosine(a: Vector, b: Vector): number {
  return Math.min(1, a[0] * b[0] + a[1] * b[1] + a[2] * b[2])
}

function toVector([longitude, latitude]: Point): Vector {
  const [x, y] = [(longitude * Math.PI) / 180, (latitude * Math.PI) / 180]
  return [Math.cos(y) * Math.cos(x), Math.cos(y) * Math.sin(x), Math.sin(y)]
}

function toPoint([x, y, z]: Vector): Point {
  return [(Math.atan2(y, x) * 180) / Math.PI, (Math.atan2(z, Math.hypot(x, y)) * 180) / Math.PI]
}

function snap(degrees: number, step: number): number {
  return Math.round(Math.round(degrees / step) * step * 10) / 10 + 0
}

function readZones(text: string): { code: string; at: Point; zone: string }[] {
  return text.split('\n').flatMap((line) => {
    const match = /^([A-Z]{2})\t([+-])(\d{2})(\d{2})(?:\d{2})?([+-])(\d{3})(\d{2})(?:\d{2})?\t(\S+)/.exec(line)
    if (match === null) return []
    const [, code = '', south, latitude, minutes, west, longitude, others, zone = ''] = match
    const degrees = (sign: string | undefined, whole: string | undefined, part: string | undefined) =>
      (sign === '-' ? -1 : 1) * (Number(whole) + Number(part) / 60)
    return [{ code, at: [degrees(west, longitude, others), degrees(south, latitude, minutes)] as Point, zone }]
  })
}

/** The zone of the whole country: the first, which is the most populous as a rule, if every other keeps the same clock in the years to come. */
function zoneOfAll(names: readonly string[]): string | undefined {
  const [first] = names
  return first !== undefined && names.every((name) => name === first || clocksOf(name) === clocksOf(first)) ? first : undefined
}

function clocksOf(timeZone: string): string {
  const known = knownClocks.get(timeZone)
  if (known !== undefined) return known
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'short', timeStyle: 'short' })
  const readings: string[] = []
  for (let day = 0; day < 5 * 365; day += 1) readings.push(format.format(Date.UTC(2026, 0, 1 + day, 12)))
  const clocks = readings.join()
  knownClocks.set(timeZone, clocks)
  return clocks
}
