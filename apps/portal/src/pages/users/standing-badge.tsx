import { toneClasses } from '../../parts/state-badge.tsx'

const standings = {
  trusted: { word: 'Trusted', tone: 'allow', shape: 'M2 5.250 4.250 7.5 8.250 2.750' },
  proven: { word: 'Proven', tone: 'review', shape: 'M5 1.250 8.750 5 5 8.750 1.250 5Z' },
  known: { word: 'Known', tone: 'review', shape: 'M2 5h6' },
  seen: { word: 'Seen', tone: 'unknown', shape: 'M5 1.250a3.750 3.750 0 1 0 0 7.500a3.750 3.750 0 0 0 0-7.500' },
  new: { word: 'New', tone: 'challenge', shape: 'M5 1v8M1 5h8' },
} as const

export type Standing = keyof typeof standings

/** How well something is known for a user: colour, word and shape. */
export function StandingBadge({ standing }: { standing: Standing }) {
  const { word, tone, shape } = standings[standing]
  return (
    <span className={`inline-flex h-5 items-center gap-1.5 rounded-sm px-1.5 text-xs font-medium whitespace-nowrap ${toneClasses[tone]}`}>
      <svg aria-hidden="true" viewBox="0 0 10 10" className="size-2.5 shrink-0" fill="none" stroke="currentColor" strokeWidth="1.5">
        <path d={shape} />
      </svg>
      {word}
    </span>
  )
}
