/** One place on the map. */
export interface MapDot {
  id: string
  latitude: number
  longitude: number
  /** How much is there: the area of the dot. */
  size: number
  /** Beside the dot where there is room, and under the pointer: `Germany, 1,204`. */
  label: string
  /** The page behind the dot. */
  href?: string
  /** Absent: the accent. */
  tone?: 'allow' | 'challenge' | 'review' | 'block' | 'unknown'
}

export interface WorldMapProps {
  /** What the map shows, for assistive technology: `Events by country`. */
  label: string
  dots: readonly MapDot[]
  /** Shows the part of the world that has dots. Absent: all of it. */
  isFitted?: boolean
}
