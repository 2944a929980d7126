import type { Tone } from '../../../parts/state.ts'
import { toneClasses } from '../../../parts/state-badge.tsx'
import type { Method } from './use-methods.ts'

const shown: Readonly<Record<Method['state'], { word: string; tone: Tone; sign: string }>> = {
  READY: { word: 'Ready', tone: 'allow', sign: '●' },
  INCOMPLETE: { word: 'Cannot be used', tone: 'block', sign: '▲' },
  OFF: { word: 'Off', tone: 'unknown', sign: '○' },
  NOT_CONFIGURED: { word: 'Not set up', tone: 'unknown', sign: '○' },
}

/** Whether users can answer with a method: colour, word and shape. */
export function MethodState({ state }: { state: Method['state'] }) {
  const { word, tone, sign } = shown[state]
  return (
    <span className={`inline-flex h-5 items-center gap-1.5 rounded-sm px-1.5 text-xs font-medium whitespace-nowrap ${toneClasses[tone]}`}>
      <span aria-hidden="true">{sign}</span>
      {word}
    </span>
  )
}
