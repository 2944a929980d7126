import { type SignalName, slot } from '../signals/registry.ts'
import type { Signals } from '../signals/signals.ts'
import { joinWords } from './join-words.ts'
import { past } from './phrase-change.ts'
import { type ExplainOptions, nounOf } from './vocabulary.ts'

const parts: readonly SignalName[] = ['device.browserChanged', 'device.osChanged', 'device.networkChanged']
/** What nothing is known of when a signed id comes without its proof. */
const ofProof: ReadonlySet<string | null> = new Set<SignalName>([
  'device.isNew',
  'device.isTrusted',
  'device.isRemembered',
  'device.isPlausible',
])

/** What of a device does not fit, behind the words that say so: ` (the browser had changed)`. '' where there is nothing to add. */
export function misfit(signal: string | null, { values }: Pick<Signals, 'values'>, options: ExplainOptions): string {
  if (ofProof.has(signal) && values[slot['device.isProven']] === false) return ' (the device did not prove its id)'
  if (signal !== 'device.isPlausible' || values[slot['device.isPlausible']] !== false) return ''
  const changed = parts.filter((name) => values[slot[name]] === true).map((name) => past(nounOf(name, options).label))
  return changed.length === 0 ? '' : ` (${joinWords(changed, 'and')})`
}
