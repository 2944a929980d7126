import type { Tone } from './state.ts'
import { stackBuckets, type TimeBucket, type TimeLayer } from './time-buckets.ts'

type ColourName = Tone | 'text' | 'line' | 'ink' | 'band'
export type Colours = Readonly<Record<ColourName, string>>

const variables: Readonly<Record<ColourName, string>> = {
  allow: '--color-allow-fill',
  challenge: '--color-challenge-fill',
  review: '--color-review-fill',
  block: '--color-block-fill',
  unknown: '--color-unknown',
  text: '--color-soft',
  line: '--color-line',
  ink: '--color-ink',
  band: '--color-unknown',
}

/** The colours of the theme as they are now. A canvas does not know `light-dark()`, so each is worked out on an element. */
export function readColours(element: HTMLElement): Colours {
  const probe = document.createElement('span')
  element.append(probe)
  const colours = Object.fromEntries(
    Object.entries(variables).map(([name, variable]) => {
      probe.style.color = `var(${variable})`
      return [name, getComputedStyle(probe).color]
    }),
  )
  probe.remove()
  return colours as Colours
}

interface Canvas {
  context: CanvasRenderingContext2D
  colours: Colours
  /** Milliseconds UTC to pixels of the canvas. */
  toX(ms: number): number
  toY(count: number): number
  /** Pixels of the canvas to one CSS pixel. */
  scale: number
}

interface Painted {
  buckets: readonly TimeBucket[]
  layers: readonly TimeLayer[]
  bucketMs: number
  /** The column under the pointer or the keyboard. */
  marked: number | undefined
  /** Where a choice by keyboard began. */
  chosen: number | undefined
}

/** Paints the band of what is usual, and the columns before it: solid, and the running one hatched. */
export function paintBuckets(canvas: Canvas, painted: Painted): void {
  const { context } = canvas
  context.save()
  paintChosen(canvas, painted)
  paintBand(canvas, painted)
  paintColumns(canvas, painted)
  context.restore()
}

function paintBand({ context, colours, toX, toY, scale }: Canvas, { buckets, bucketMs }: Painted): void {
  context.fillStyle = colours.band
  context.globalAlpha = 0.16
  for (const { at, usual } of buckets) {
    if (usual === undefined) continue
    const [left, right, top, foot] = [toX(at), toX(at + bucketMs), toY(usual.high), toY(usual.low)]
    context.fillRect(left, top, right - left, Math.max(scale, foot - top))
  }
  context.globalAlpha = 1
}

function paintColumns(canvas: Canvas, { buckets, layers, bucketMs, marked, chosen }: Painted): void {
  const { context, colours, toX, toY, scale } = canvas
  for (const { layer, bucket, from, to } of stackBuckets(buckets, layers)) {
    const { at = 0, isRunning = false } = buckets[bucket] ?? {}
    const tone = layers[layer]?.tone ?? 'unknown'
    const full = toX(at + bucketMs) - toX(at)
    const gap = full > 6 * scale ? Math.min(full * 0.16, 6 * scale) : full > 3 * scale ? scale : 0
    const left = toX(at) + gap / 2
    const [top, foot] = [toY(to), toY(from)]
    // A thin layer is still seen.
    const height = Math.max(scale * 1.5, foot - top)
    const box = { left, top: foot - height, width: Math.max(scale, full - gap), height }
    const alpha = marked === undefined || marked === bucket || chosen !== undefined ? 1 : 0.7
    if (isRunning) paintHatched(canvas, box, colours[tone], alpha)
    else {
      context.globalAlpha = alpha
      context.fillStyle = colours[tone]
      context.fillRect(box.left, box.top, box.width, box.height)
    }
  }
  context.globalAlpha = 1
}

interface Box {
  left: number
  top: number
  width: number
  height: number
}

function paintHatched({ context, scale }: Canvas, { left, top, width, height }: Box, colour: string, alpha: number): void {
  context.save()
  context.beginPath()
  context.rect(left, top, width, height)
  context.clip()
  context.globalAlpha = alpha
  context.strokeStyle = colour
  context.lineWidth = 1.5 * scale
  context.beginPath()
  for (let x = left - height; x < left + width; x += 5 * scale) {
    context.moveTo(x, top + height)
    context.lineTo(x + height, top)
  }
  context.stroke()
  context.strokeRect(left, top, width, height)
  context.restore()
}

function paintChosen({ context, colours, toX, toY, scale }: Canvas, { buckets, bucketMs, marked, chosen }: Painted): void {
  if (marked === undefined) return
  const [first, last] = [buckets[Math.min(marked, chosen ?? marked)], buckets[Math.max(marked, chosen ?? marked)]]
  if (first === undefined || last === undefined) return
  const [left, right, foot] = [toX(first.at), toX(last.at + bucketMs), toY(0)]
  context.fillStyle = colours.ink
  context.globalAlpha = chosen === undefined ? 0.06 : 0.12
  context.fillRect(left, 0, Math.max(scale, right - left), foot)
  context.globalAlpha = 1
}
