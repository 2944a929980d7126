import { type SignalName, slot } from '../signals/registry.ts'
import type { Signals } from '../signals/signals.ts'
import { joinWords } from './join-words.ts'
import { past } from './phrase-change.ts'
import { type ExplainOptions, nounOf } from './vocabulary.ts'

const parts: readonly SignalName[] = ['device.browserChanged', 'device.osChanged', 'device.networkChanged']

/** What of a device does not fit, behind the words that it does not: ` (the browser had changed)`. '' for every other signal. */
export function misfit(signal: string | null, { values }: Pick<Signals, 'values'>, options: ExplainOptions): string {
  if (signal !== 'device.isPlausible' || values[slot['device.isPlausible']] !== false) return ''
  const changed = parts.filter((name) => values[slot[name]] === true).map((name) => past(nounOf(name, options).label))
  return changed.length === 0 ? '' : ` (${joinWords(changed, 'and')})`
}
