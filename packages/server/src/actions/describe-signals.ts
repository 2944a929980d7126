import { isMissing, type JsonValue, type MissingReason, type Signals, signalRegistry } from '@sallyport/engine'

export interface DescribedSignals {
  /** What was known, by the names that rules use. */
  signals: Record<string, JsonValue>
  /** What was not known, and why. */
  missing: Record<string, MissingReason>
}

/** The values a decision saw, by name. `custom.*` is not among them: the tracked data is shown as such. */
export function describeSignals({ values, features }: Signals): DescribedSignals {
  const described: DescribedSignals = { signals: {}, missing: {} }
  signalRegistry.forEach(({ name }, position) => {
    add(described, name, values[position])
  })
  for (const name in features) add(described, `velocity.${name}`, features[name])
  return described
}

function add({ signals, missing }: DescribedSignals, name: string, value: Signals['values'][number] | undefined): void {
  if (value === undefined) missing[name] = 'not_provided'
  else if (isMissing(value)) missing[name] = value.missing
  else signals[name] = typeof value === 'object' ? [...value] : value
}
