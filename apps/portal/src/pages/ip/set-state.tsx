import { toneClasses } from '../../parts/state-badge.tsx'

const states = {
  current: { word: 'Current', tone: 'allow', shape: 'M2 5.250 4.250 7.5 8.250 2.750' },
  stale: { word: 'Stale', tone: 'challenge', shape: 'M5 2v3.250l2 1.250M5 9a4 4 0 1 0 0-8a4 4 0 0 0 0 8' },
  absent: { word: 'Absent', tone: 'unknown', shape: 'M2 5h6' },
  broken: { word: 'Broken', tone: 'block', shape: 'm2 2 6 6M8 2 2 8' },
} as const

/** The state of a data set: colour, word and shape. */
export function SetState({ state }: { state: keyof typeof states }) {
  const { word, tone, shape } = states[state]
  return (
    <span className={`inline-flex h-5 items-center gap-1.5 rounded-sm px-1.5 text-xs font-medium whitespace-nowrap ${toneClasses[tone]}`}>
      <svg aria-hidden="true" viewBox="0 0 10 10" className="size-2.5 shrink-0" fill="none" stroke="currentColor" strokeWidth="1.5">
        <path d={shape} />
      </svg>
      {word}
    </span>
  )
}
