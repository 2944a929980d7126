/** A dot on a drawing, in its units. */
export interface PlacedDot {
  id: string
  x: number
  y: number
  radius: number
  label: string
}

export interface PlacedLabel {
  id: string
  x: number
  y: number
  anchor: 'start' | 'end'
}

interface Box {
  left: number
  right: number
  top: number
  bottom: number
}

const gap = 4

/**
 * Where labels of dots have room: beside their dot, inside the drawing, over no other dot and no other label. Dots that come first are served first; a label without
 * room is left out. `letterWidth` and `lineHeight` are those of the font.
 */
export function placeLabels(
  dots: readonly PlacedDot[],
  {
    width,
    height,
    letterWidth,
    lineHeight,
    most,
  }: { width: number; height: number; letterWidth: number; lineHeight: number; most: number },
): PlacedLabel[] {
  const taken: Box[] = dots.map(({ x, y, radius }) => ({ left: x - radius, right: x + radius, top: y - radius, bottom: y + radius }))
  const placed: PlacedLabel[] = []
  for (const [place, { id, x, y, radius, label }] of dots.entries()) {
    if (placed.length === most) break
    const length = label.length * letterWidth
    const sides: readonly (PlacedLabel & Box)[] = [
      { id, anchor: 'start', x: x + radius + gap, y, ...boxAt(x + radius + gap, y, length, lineHeight) },
      { id, anchor: 'end', x: x - radius - gap, y, ...boxAt(x - radius - gap - length, y, length, lineHeight) },
    ]
    const free = sides.find(
      (side) =>
        side.left >= 0 &&
        side.right <= width &&
        side.top >= 0 &&
        side.bottom <= height &&
        taken.every((box, other) => other === place || !overlap(side, box)),
    )
    if (free === undefined) continue
    taken.push({ left: free.left, right: free.right, top: free.top, bottom: free.bottom })
    placed.push({ id, x: free.x, y: free.y, anchor: free.anchor })
  }
  return placed
}

function boxAt(left: number, y: number, length: number, lineHeight: number): Box {
  return { left, right: left + length, top: y - lineHeight / 2, bottom: y + lineHeight / 2 }
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
}
