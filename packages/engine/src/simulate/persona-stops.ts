import { shareOf } from '../backtest/label.ts'
import { compileExpression } from '../language/compile-condition.ts'
import type { Signals } from '../signals/signals.ts'
import { type Persona, personas } from './personas.ts'

export type ByPersona<Value> = Record<Persona, Value>

export interface PersonaStops {
  /** Attacks without a value: no threshold stops them. */
  missing: ByPersona<number>
  /** For each threshold, the share of the attacks of each persona that it stops. `null`: there was none. */
  stopped: ByPersona<number | null>[]
}

export interface PersonaCounter {
  add(persona: Persona, signals: Signals): void
  result(thresholds: readonly number[]): PersonaStops
}

/** Counts which attacks a threshold on one number would stop: those above it, or those below it. */
export function createPersonaCounter({ signal, direction }: { signal: string; direction: 'above' | 'below' }): PersonaCounter {
  const read = compileExpression({ var: signal }, new Map())
  const values = byPersona((): number[] => [])
  const missing = byPersona(() => 0)
  return {
    add(persona, signals) {
      const value = read(signals, undefined)
      if (typeof value === 'number') values[persona].push(value)
      else missing[persona] += 1
    },
    result: (thresholds) => ({
      missing: { ...missing },
      stopped: thresholds.map((threshold) =>
        byPersona((persona) => {
          const stopped = values[persona].filter((value) => (direction === 'above' ? value > threshold : value < threshold))
          return shareOf(stopped.length, values[persona].length + missing[persona])
        }),
      ),
    }),
  }
}

function byPersona<Value>(of: (persona: Persona) => Value): ByPersona<Value> {
  return Object.fromEntries(personas.map((persona) => [persona, of(persona)])) as ByPersona<Value>
}
