import type { Plot } from './row.ts'

const font = 'font-family="system-ui, sans-serif" font-size="13"'
const ink = '#5b6472'
const LABEL_HEIGHT = 15
const colours = ['#3b6fd4', '#d4793b', '#3ba37a', '#a1479e']

/** Draws a small picture that is legible on a light and on a dark page. */
export function drawPlot(title: string, plot: Plot): string {
  const { width, height, content } = plot.kind === 'bars' ? drawBars(plot) : drawLines(plot)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ${font}>
<title>${escapeXml(title)}</title>
${content}
</svg>
`
}

interface Drawn {
  width: number
  height: number
  content: string
}

function drawBars({ bars, unit }: Extract<Plot, { kind: 'bars' }>): Drawn {
  const [left, width, step] = [190, 640, 26]
  const most = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE)
  const drawn = bars.map(({ label, value }, index) => {
    const y = index * step + 8
    const length = Math.max(1, ((width - left - 90) * value) / most)
    return `<text x="${left - 10}" y="${y + 13}" text-anchor="end" fill="${ink}">${escapeXml(label)}</text>
<rect x="${left}" y="${y}" width="${length.toFixed(1)}" height="18" rx="2" fill="${colours[0]}"/>
<text x="${(left + length + 8).toFixed(1)}" y="${y + 13}" fill="${ink}">${format(value)} ${escapeXml(unit)}</text>`
  })
  return { width, height: bars.length * step + 16, content: drawn.join('\n') }
}

function drawLines({ x, y, lines }: Extract<Plot, { kind: 'lines' }>): Drawn {
  const [width, height, left, right, top, bottom] = [640, 320, 64, 150, 16, 48]
  const points = lines.flatMap((line) => line.points)
  const [least, most] = [Math.min(...points.map(([at]) => at)), Math.max(...points.map(([at]) => at))]
  const ceiling = niceCeiling(Math.max(...points.map(([, value]) => value)))
  // Sizes that differ by orders of magnitude are spaced evenly.
  const isLogarithmic = least > 0 && most / least > 50
  const scale = isLogarithmic ? Math.log : (value: number) => value
  const toX = (at: number) => left + ((width - left - right) * (scale(at) - scale(least))) / (scale(most) - scale(least) || 1)
  const toY = (value: number) => top + (height - top - bottom) * (1 - value / ceiling)
  const parts: string[] = []
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    const at = toY(ceiling * share).toFixed(1)
    parts.push(
      `<line x1="${left}" x2="${width - right}" y1="${at}" y2="${at}" stroke="${ink}" stroke-opacity="0.25"/>`,
      `<text x="${left - 8}" y="${Number(at) + 4}" text-anchor="end" fill="${ink}">${format(ceiling * share)}</text>`,
    )
  }
  for (const at of new Set(points.map(([value]) => value))) {
    parts.push(`<text x="${toX(at).toFixed(1)}" y="${height - bottom + 18}" text-anchor="middle" fill="${ink}">${short(at)}</text>`)
  }
  const labelsAt = apart(lines.map(({ points: own }) => toY(own.at(-1)?.[1] ?? 0)))
  for (const [index, { label, points: own }] of lines.entries()) {
    const colour = colours[index % colours.length]
    const path = own.map(([at, value]) => `${toX(at).toFixed(1)},${toY(value).toFixed(1)}`).join(' ')
    parts.push(
      `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
      ...own.map(([at, value]) => `<circle cx="${toX(at).toFixed(1)}" cy="${toY(value).toFixed(1)}" r="3" fill="${colour}"/>`),
      `<text x="${width - right + 10}" y="${((labelsAt[index] ?? 0) + 4).toFixed(1)}" fill="${colour}">${escapeXml(label)}</text>`,
    )
  }
  parts.push(
    `<text x="${(left + width - right) / 2}" y="${height - 8}" text-anchor="middle" fill="${ink}">${escapeXml(x)}</text>`,
    `<text transform="translate(14 ${(top + height - bottom) / 2}) rotate(-90)" text-anchor="middle" fill="${ink}">${escapeXml(y)}</text>`,
  )
  return { width, height, content: parts.join('\n') }
}

/** Lines that end together have their labels one above the other. */
function apart(places: readonly number[]): number[] {
  const moved = [...places]
  let least = Number.NEGATIVE_INFINITY
  for (const index of [...places.keys()].sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0))) {
    moved[index] = Math.max(places[index] ?? 0, least)
    least = (moved[index] ?? 0) + LABEL_HEIGHT
  }
  return moved
}

function niceCeiling(value: number): number {
  const magnitude = 10 ** Math.floor(Math.log10(value || 1))
  return [1, 2, 4, 5, 8, 10].map((step) => step * magnitude).find((step) => step >= value) ?? value
}

function format(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en')
}

function short(value: number): string {
  return Intl.NumberFormat('en', { notation: 'compact' }).format(value)
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
