import type { UserEvent } from './unlike-usual.ts'

export interface ScorePoint {
  event: UserEvent
  score: number
  /** From the first to the last event with a score, 0 to 1. */
  x: number
}

/** The scores of events over time, oldest first. Events without a score are left out. */
export function scorePoints(events: readonly UserEvent[]): ScorePoint[] {
  const scored = events
    .flatMap((event) => (event.score === undefined ? [] : [{ event, score: event.score, at: Date.parse(event.createdAt) }]))
    .sort((a, b) => a.at - b.at)
  const first = scored.at(0)?.at ?? 0
  const span = (scored.at(-1)?.at ?? 0) - first
  return scored.map(({ event, score, at }) => ({ event, score, x: span === 0 ? 0.5 : (at - first) / span }))
}

/** `Score of 24 events: between 0 and 53, last 0.` */
export function scoreSentence(points: readonly ScorePoint[]): string {
  const scores = points.map(({ score }) => score)
  const last = scores.at(-1)
  if (last === undefined) return 'No event has a score.'
  const [low, high] = [Math.min(...scores), Math.max(...scores)]
  const range = low === high ? `always ${low}` : `between ${low} and ${high}, last ${last}`
  return points.length === 1
    ? `The score of one event was ${last}.`
    : `The score of ${points.length} events was ${range}. 0 is as usual, 100 as unlike as can be.`
}

/** Points that lie over each other when there are many: of each part of the time the lowest and the highest stay, so that no peak is lost. */
export function thinPoints(points: readonly ScorePoint[], parts: number): ScorePoint[] {
  if (points.length <= 2 * parts) return [...points]
  const kept = new Map<number, { low: ScorePoint; high: ScorePoint }>()
  for (const point of points) {
    const part = Math.min(parts - 1, Math.floor(point.x * parts))
    const { low = point, high = point } = kept.get(part) ?? {}
    kept.set(part, { low: point.score < low.score ? point : low, high: point.score > high.score ? point : high })
  }
  return [...kept.values()].flatMap(({ low, high }) => (low === high ? [low] : low.x < high.x ? [low, high] : [high, low]))
}
