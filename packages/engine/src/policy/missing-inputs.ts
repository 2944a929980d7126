import { isMissing } from '../facts/missing.ts'
import { slot } from '../signals/registry.ts'
import type { Signals } from '../signals/signals.ts'
import type { PolicyDefinition } from './policy-definition.ts'

/** Inputs that are not data points, each with a signal that has a value exactly when the input was sent. */
export const inputSignal = { ip: slot['ip.address'], device: slot['device.id'], userAgent: slot['device.isBot'] } as const

const noInputs: readonly string[] = Object.freeze([])

/** The name of the data point that a required input stands for. `undefined`: it is the address, the device id or the user agent. */
export function requiredDataPoint(input: string): string | undefined {
  if (Object.hasOwn(inputSignal, input)) return undefined
  return input.startsWith('custom.') ? input.slice('custom.'.length) : input
}

/** What an event brought, by the names of inputs. */
export interface SentInputs {
  ip: unknown
  device: unknown
  userAgent: unknown
  custom: Readonly<Record<string, unknown>>
}

/** The inputs that the policy requires and the event lacks, in the policy's order. */
export function missingInputs({ requires }: Pick<PolicyDefinition, 'requires'>, sent: SentInputs): readonly string[] {
  if (requires === undefined) return noInputs
  return requires.filter((input) => {
    const dataPoint = requiredDataPoint(input)
    const value = dataPoint === undefined ? sent[input as keyof typeof inputSignal] : sent.custom[dataPoint]
    return value === undefined || value === null || isMissing(value)
  })
}

/** The same inputs as a decision sees them. */
export function inputsOf({ values, custom }: Pick<Signals, 'values' | 'custom'>): SentInputs {
  return { ip: values[inputSignal.ip], device: values[inputSignal.device], userAgent: values[inputSignal.userAgent], custom }
}
