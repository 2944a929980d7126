import { geoEqualEarth, geoPath } from 'd3-geo'
import { useMemo } from 'react'
import { feature, mesh } from 'topojson-client'
import countries from 'world-atlas/countries-110m.json'
import { Link } from 'wouter'
import { type PlacedDot, type PlacedLabel, placeLabels } from './place-labels.ts'
import { useWidth } from './use-width.ts'
import type { MapDot, WorldMapProps } from './world-map-props.ts'

const smallestRadius = 3
/** Under this width, in pixels, a map has room for few labels. */
const narrow = 560

// Natural Earth, 1:110m. The types of a JSON module know nothing of what its texts are.
const atlas = countries as unknown as Parameters<typeof mesh>[0]
const { land: landObject, countries: countryObjects } = countries.objects as unknown as Record<
  'land' | 'countries',
  Exclude<Parameters<typeof mesh>[1], undefined>
>
const land = feature(atlas, landObject)
const borders = mesh(atlas, countryObjects, (a, b) => a !== b)
/** Without the Antarctic, where nobody signs in. */
const world = {
  type: 'MultiPoint' as const,
  coordinates: [
    [-168, -54],
    [180, -54],
    [-168, 77],
    [180, 77],
    [0, 83],
  ],
}

const tones: Record<NonNullable<MapDot['tone']> | 'accent', string> = {
  accent: 'text-accent',
  allow: 'text-allow',
  challenge: 'text-challenge',
  review: 'text-review',
  block: 'text-block',
  unknown: 'text-unknown',
}

/** Land and borders as lines, and the dots on them, the largest below. */
export default function WorldMapDrawing(props: WorldMapProps) {
  const [element, width] = useWidth<HTMLDivElement>()
  return (
    <div ref={element} className="size-full">
      {width > 0 && <Drawing {...props} width={width} height={Math.round(width / 2.05)} />}
    </div>
  )
}

function Drawing({ label, dots, isFitted = false, width, height }: WorldMapProps & { width: number; height: number }) {
  const { landPath, borderPath, placed } = useMemo(() => {
    const projection = geoEqualEarth().rotate([-10, 0])
    projection.fitExtent(
      [
        [2, 2],
        [width - 2, height - 2],
      ],
      isFitted && dots.length > 0 ? surroundings(dots) : world,
    )
    projection.clipExtent([
      [0, 0],
      [width, height],
    ])
    const path = geoPath(projection)
    const largestRadius = dots.length === 1 ? 7 : width / 38
    const most = Math.max(1, ...dots.map(({ size }) => size))
    const sorted = [...dots].sort((a, b) => b.size - a.size)
    return {
      landPath: path(land) ?? '',
      borderPath: path(borders) ?? '',
      placed: sorted.flatMap((dot): (PlacedDot & { dot: MapDot })[] => {
        const [x, y] = projection([dot.longitude, dot.latitude]) ?? []
        if (x === undefined || y === undefined) return []
        const radius = Math.max(smallestRadius, Math.sqrt(dot.size / most) * largestRadius)
        return [{ id: dot.id, x, y, radius, label: dot.label, dot }]
      }),
    }
  }, [dots, isFitted, width, height])
  const labels = placeLabels(placed, { width, height, letterWidth: 6.6, lineHeight: 15, most: width < narrow ? 3 : 8 })
  const hasLinks = dots.some(({ href }) => href !== undefined)
  return (
    <svg role={hasLinks ? 'group' : 'img'} aria-label={label} viewBox={`0 0 ${width} ${height}`} className="size-full">
      <path d={landPath} className="fill-line" />
      <path d={borderPath} fill="none" className="stroke-paper" strokeWidth="0.75" />
      {placed.map(({ id, x, y, radius, dot }) => (
        <Dot key={id} dot={dot}>
          <circle
            cx={x}
            cy={y}
            r={radius}
            fill="currentColor"
            fillOpacity="0.45"
            stroke="currentColor"
            strokeWidth="1.25"
            className={tones[dot.tone ?? 'accent']}
          />
          <Label of={dot} at={labels.find((each) => each.id === id)} />
        </Dot>
      ))}
    </svg>
  )
}

function Label({ of: { label }, at }: { of: MapDot; at: PlacedLabel | undefined }) {
  if (at === undefined) return null
  return (
    <text
      x={at.x}
      y={at.y}
      textAnchor={at.anchor}
      dominantBaseline="central"
      paintOrder="stroke"
      strokeWidth="3"
      className="pointer-events-none fill-ink stroke-paper text-xs"
    >
      {label}
    </text>
  )
}

function Dot({ dot: { href, label }, children }: { dot: MapDot; children: React.ReactNode }) {
  const title = <title>{label}</title>
  if (href === undefined)
    return (
      <g>
        {title}
        {children}
      </g>
    )
  return (
    <Link href={href} aria-label={label}>
      {title}
      {children}
    </Link>
  )
}

/** The corners around all dots, never closer than a country. */
function surroundings(dots: readonly MapDot[]): { type: 'MultiPoint'; coordinates: number[][] } {
  const latitudes = dots.map(({ latitude }) => latitude)
  const longitudes = dots.map(({ longitude }) => longitude)
  const margin = 8
  const south = Math.max(-60, Math.min(...latitudes) - margin)
  const north = Math.min(82, Math.max(...latitudes) + margin)
  const west = Math.max(-178, Math.min(...longitudes) - margin * 1.6)
  const east = Math.min(178, Math.max(...longitudes) + margin * 1.6)
  return {
    type: 'MultiPoint',
    coordinates: [
      [west, south],
      [east, south],
      [west, north],
      [east, north],
    ],
  }
}
