import { type ExplainOptions, nounOf } from '@sallyport/engine/explain'
import { type SignalDefinition, type SignalValue, signalRegistry, type TextForm } from '@sallyport/engine/signals'

/** A signal, data point or velocity feature that a condition can test. */
export interface SignalChoice {
  name: string
  family: Family
  type: 'boolean' | 'number' | 'text' | 'texts'
  /** As a sentence names it. A boolean has the whole clause. */
  label: string
  meaning: string
  example?: SignalValue
  unit?: string
  /** All values that it can have. */
  values?: readonly string[]
  form?: TextForm
}

export type Family = 'yours' | 'undeclared' | SignalDefinition['family']

/** The families in the order in which people look for them. */
export const families: Readonly<Record<Family, string>> = {
  yours: 'Your data',
  undeclared: 'Arrives, not declared yet',
  ip: 'Address',
  device: 'Device',
  user: 'User',
  velocity: 'How often',
  time: 'Time',
  risk: 'Score',
  authenticator: 'Authenticator',
}

/** What the tenant has declared. */
export interface Declared {
  dataPoints: readonly {
    name: string
    dataType: 'text' | 'number' | 'boolean' | 'multiselect'
    modelType: 'action' | 'user'
    description?: string | null
  }[]
  features: NonNullable<ExplainOptions['features']>
}

export const typeOfData = { text: 'text', number: 'number', boolean: 'boolean', multiselect: 'texts' } as const
const typeOfSignal = { string: 'text', number: 'number', boolean: 'boolean', strings: 'texts' } as const

/** Everything that a condition can test, in the order of the families. */
export function signalChoices({ dataPoints, features }: Declared): SignalChoice[] {
  const options: ExplainOptions = { dataPoints: new Map(dataPoints.map((point) => [point.name, point])), features }
  const own = dataPoints.map((point): SignalChoice => {
    const name = point.modelType === 'action' ? `custom.${point.name}` : `user.custom.${point.name}`
    const meaning =
      point.description ||
      (point.modelType === 'action' ? 'what your application sends with the action' : 'what your application keeps on the user')
    return { name, family: 'yours', type: typeOfData[point.dataType], label: nounOf(name, options).label, meaning }
  })
  const counted = features.map((feature): SignalChoice => {
    const name = `velocity.${feature.name}`
    return { name, family: 'velocity', type: 'number', label: nounOf(name, options).label, meaning: 'a velocity feature that you declared' }
  })
  const known = (signalRegistry as readonly SignalDefinition[]).map(
    ({ name, family, type, label, meaning, example, unit, values, form }): SignalChoice => ({
      name,
      family,
      type: typeOfSignal[type],
      label,
      meaning,
      example,
      unit,
      values,
      form,
    }),
  )
  const order = Object.keys(families)
  return [...own, ...counted, ...known].sort((a, b) => order.indexOf(a.family) - order.indexOf(b.family))
}

/** The choice that a condition names, by its name or by another spelling of it. */
export function findChoice(choices: readonly SignalChoice[], name: string): SignalChoice | undefined {
  const alias = (signalRegistry as readonly SignalDefinition[]).find(({ aliases }) => aliases?.includes(name))?.name
  return choices.find((choice) => choice.name === name || choice.name === alias)
}
