import { describeState, type Tone } from './state.ts'

/** The ground and the text of a tone. The names are written out, for the stylesheet is made from what stands here. */
export const toneClasses: Record<Tone, string> = {
  allow: 'bg-allow-tint text-allow',
  challenge: 'bg-challenge-tint text-challenge',
  review: 'bg-review-tint text-review',
  block: 'bg-block-tint text-block',
  unknown: 'hatched text-unknown',
}

/** The state of an action, or an outcome: colour, word and shape. `word` says it otherwise, such as `Challenged` of several. */
export function StateBadge({ state, word: otherWord }: { state: string | undefined; word?: string }) {
  const { word, tone, shape } = describeState(state)
  return (
    <span className={`inline-flex h-5 items-center gap-1.5 rounded-sm px-1.5 text-xs font-medium whitespace-nowrap ${toneClasses[tone]}`}>
      <Shape tone={tone} shape={shape} />
      {otherWord ?? word}
    </span>
  )
}

function Shape({ tone, shape }: { tone: Tone; shape: 'filled' | 'hollow' | 'slashed' }) {
  const fill = shape === 'filled' ? 'currentColor' : 'none'
  const outlines: Record<Tone, React.ReactNode> = {
    allow: <circle cx="5" cy="5" r="3.75" fill={fill} />,
    challenge: <path d="M5 .9 9.1 9H.9z" fill={fill} />,
    review: <path d="M5 .7 9.3 5 5 9.3.7 5z" fill={fill} />,
    block: <path d="M1.25 1.250h7.500v7.500h-7.500z" fill={fill} />,
    unknown: <circle cx="5" cy="5" r="3.75" strokeDasharray="2 1.6" />,
  }
  return (
    <svg aria-hidden="true" viewBox="0 0 10 10" className="size-2.5 shrink-0" fill="none" stroke="currentColor" strokeWidth="1.4">
      {outlines[tone]}
      {shape === 'slashed' && <path d="m1.25 8.75 7.5-7.5" />}
    </svg>
  )
}
