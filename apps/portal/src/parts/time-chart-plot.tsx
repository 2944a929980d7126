import 'uplot/dist/uPlot.min.css'
import { useEffect, useRef, useState } from 'react'
import uPlot from 'uplot'
import { useLocation } from 'wouter'
import { type Colours, paintBuckets, readColours } from './paint-buckets.ts'
import { countOf, describeBucket, describeCounts, describeTick, highestCount, snapToBuckets } from './time-buckets.ts'
import { plotHeight, type TimeChartProps } from './time-chart-props.ts'
import { useWidth } from './use-width.ts'

/** A shorter way with the mouse is a click, which opens the column. */
const shortestBrush = 8

/** The drawing of `TimeChart`, over uPlot: it has the axes, the brush and the pointer; the columns are painted by `paintBuckets`. */
export default function TimeChartPlot({ label, buckets, bucketMs, layers, one, many, onRange }: TimeChartProps) {
  const [box, width] = useWidth<HTMLDivElement>()
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(null)
  const colours = useRef<Colours>(undefined)
  const [, navigate] = useLocation()
  const [current, setCurrent] = useState<number>()
  /** Where a choice by keyboard began. */
  const [anchor, setAnchor] = useState<number>()
  const latest = useRef({ buckets, bucketMs, layers, onRange, current, anchor })
  latest.current = { buckets, bucketMs, layers, onRange, current, anchor }
  const last = Math.max(0, buckets.length - 1)
  const at = current === undefined ? undefined : Math.min(current, last)
  const open = (index: number | undefined) => {
    const href = index === undefined ? undefined : buckets[index]?.href
    if (href !== undefined) navigate(href)
  }
  const openLatest = useRef(open)
  openLatest.current = open

  // biome-ignore lint/correctness/useExhaustiveDependencies: the plot is made once for a width and a kind of bucket; the effects below give it new values
  useEffect(() => {
    if (place.current === null || width === 0) return
    const isByDay = bucketMs >= 86_400_000
    let wasBrushed = false
    const element = place.current
    const coloursNow = () => {
      colours.current ??= readColours(element)
      return colours.current
    }
    const made = new uPlot(
      {
        width,
        height: plotHeight,
        padding: [8, 16, 0, 0],
        ms: 1,
        // A day was counted in UTC and is shown as it was counted.
        tzDate: (ms) => (isByDay ? uPlot.tzDate(new Date(ms), 'Etc/UTC') : new Date(ms)),
        legend: { show: false },
        scales: {
          x: { time: true, range: () => rangeOf(latest.current) },
          y: { range: () => [0, highestCount(latest.current.buckets, latest.current.layers) * 1.04] },
        },
        axes: [
          axisWith(element, coloursNow, {
            size: 26,
            space: 70,
            grid: { show: false },
            values: (_, splits) => splits.map((ms) => describeTick(ms, isByDay)),
          }),
          axisWith(element, coloursNow, {
            size: 48,
            space: 44,
            incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 2e6, 5e6, 1e7],
            values: (_, splits) => splits.map((value) => compact.format(value)),
          }),
        ],
        series: [{}, { show: true, paths: () => null, points: { show: false } }],
        cursor: {
          y: false,
          points: { show: false },
          drag: { x: onRange !== undefined, y: false, setScale: false },
          move: (u, left, top) => {
            setCurrent(left < 0 ? undefined : indexAt(latest.current, u.posToVal(left, 'x')))
            return [left, top]
          },
        },
        hooks: {
          draw: [
            (u) => {
              const { buckets, layers, bucketMs, current, anchor } = latest.current
              paintBuckets(
                {
                  context: u.ctx,
                  colours: coloursNow(),
                  toX: (ms) => u.valToPos(ms, 'x', true),
                  toY: (count) => u.valToPos(count, 'y', true),
                  scale: devicePixelRatio,
                },
                { buckets, layers, bucketMs, marked: current, chosen: anchor },
              )
            },
          ],
          setSelect: [
            (u) => {
              const { left, width: drawn } = u.select
              if (drawn < shortestBrush) return
              wasBrushed = true
              const { buckets, bucketMs, onRange } = latest.current
              const range = snapToBuckets(buckets, bucketMs, u.posToVal(left, 'x'), u.posToVal(left + drawn, 'x'))
              u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
              if (range !== undefined) onRange?.(range.from, range.to)
            },
          ],
        },
      },
      dataOf(buckets, layers),
      place.current,
    )
    const onDown = () => {
      wasBrushed = false
    }
    const onClick = (event: MouseEvent) => {
      if (!wasBrushed) openLatest.current(indexAt(latest.current, made.posToVal(event.offsetX, 'x')))
    }
    made.over.addEventListener('mousedown', onDown)
    made.over.addEventListener('click', onClick)
    plot.current = made
    return () => {
      plot.current = null
      made.destroy()
    }
  }, [bucketMs, onRange === undefined, width])

  useEffect(() => plot.current?.setData(dataOf(buckets, layers)), [buckets, layers])
  // biome-ignore lint/correctness/useExhaustiveDependencies: drawn again when the marked column is another one
  useEffect(() => plot.current?.redraw(false, false), [at, anchor])
  useRedrawOnTheme(plot, colours)

  const move = (event: React.KeyboardEvent) => {
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      PageUp: -10,
      PageDown: 10,
      Home: -Infinity,
      End: Infinity,
    }
    const step = steps[event.key]
    if (step !== undefined) {
      event.preventDefault()
      const from = at ?? last
      if (onRange !== undefined) setAnchor(event.shiftKey ? (anchor ?? from) : undefined)
      setCurrent(Math.max(0, Math.min(last, at === undefined && Number.isFinite(step) ? last : from + step)))
    } else if (event.key === 'Enter' && at !== undefined) {
      const [begin, end] = [buckets[Math.min(anchor ?? at, at)], buckets[Math.max(anchor ?? at, at)]]
      setAnchor(undefined)
      if (anchor === undefined || begin === undefined || end === undefined) open(at)
      else onRange?.(begin.at, end.at + bucketMs)
    } else if (event.key === 'Escape' && (anchor !== undefined || current !== undefined)) {
      event.stopPropagation()
      setAnchor(undefined)
      setCurrent(undefined)
    }
  }

  const shown = at === undefined ? undefined : buckets[at]
  const words = shown === undefined ? undefined : `${describeBucket(shown.at, bucketMs)}: ${describeCounts(shown, layers, one, many)}`
  return (
    <div ref={box}>
      <p aria-hidden="true" className="flex h-6 items-center overflow-hidden text-xs whitespace-nowrap text-soft">
        {words === undefined ? (
          <span className="truncate">
            {onRange === undefined ? '' : 'Draw over a part to see it closer.'}{' '}
            {buckets.some(({ href }) => href) ? 'A click opens the events.' : ''}{' '}
            {buckets.some(({ usual }) => usual) ? 'The pale band is what is usual at that time.' : ''}
          </span>
        ) : (
          <span className="truncate text-ink">{words}</span>
        )}
      </p>
      <div
        ref={place}
        role="slider"
        tabIndex={0}
        aria-label={`${label}. Arrow keys go through it, Enter opens the events${onRange === undefined ? '' : ', Shift with arrow keys and Enter shows a part'}.`}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={at ?? last}
        aria-valuetext={
          words ??
          `${buckets.length} columns, ${buckets.reduce((sum, bucket) => sum + countOf(bucket, layers), 0).toLocaleString()} ${many}`
        }
        onKeyDown={move}
        onBlur={() => {
          setCurrent(undefined)
          setAnchor(undefined)
        }}
        className="relative overflow-hidden text-soft"
        style={{ height: plotHeight }}
      />
    </div>
  )
}

const compact = new Intl.NumberFormat(undefined, { notation: 'compact' })

type Shown = Pick<TimeChartProps, 'buckets' | 'bucketMs' | 'layers'>

function rangeOf({ buckets, bucketMs }: Shown): [number, number] {
  const begin = buckets[0]?.at ?? 0
  return [begin, (buckets.at(-1)?.at ?? begin) + bucketMs]
}

function indexAt({ buckets, bucketMs }: Shown, ms: number): number | undefined {
  const index = Math.floor((ms - (buckets[0]?.at ?? 0)) / bucketMs)
  return index < 0 || index >= buckets.length ? undefined : index
}

function dataOf(buckets: TimeChartProps['buckets'], layers: TimeChartProps['layers']): uPlot.AlignedData {
  return [buckets.map(({ at }) => at), buckets.map((bucket) => countOf(bucket, layers))]
}

function axisWith(element: HTMLElement, colours: () => Colours, more: uPlot.Axis): uPlot.Axis {
  return {
    stroke: () => colours().text,
    font: `11px ${getComputedStyle(element).fontFamily}`,
    ticks: { show: false },
    ...more,
    grid: { stroke: () => colours().line, width: 1, ...more.grid },
  }
}

/** The colours are on a canvas: they are read again when the theme is another one. */
function useRedrawOnTheme(plot: React.RefObject<uPlot | null>, colours: React.RefObject<Colours | undefined>): void {
  useEffect(() => {
    const redraw = () => {
      colours.current = undefined
      plot.current?.redraw(false, true)
    }
    const dark = window.matchMedia('(prefers-color-scheme: dark)')
    const observer = new MutationObserver(redraw)
    observer.observe(document.documentElement, { attributeFilter: ['data-theme'] })
    dark.addEventListener('change', redraw)
    return () => {
      observer.disconnect()
      dark.removeEventListener('change', redraw)
    }
  }, [plot, colours])
}
