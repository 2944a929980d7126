import type { JsonValue } from '@sallyport/engine'
import type { DataPoint } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import { readDecimal } from '../http/read-decimal.ts'

const maxDepth = 16

export type CustomData = Readonly<Record<string, JsonValue>>

export const noCustomData: CustomData = Object.freeze(Object.create(null))

/**
 * Types `custom` by the tenant's data points, into a map without a prototype.
 *
 * A numeric text becomes a number where a number is declared. Any other value of another type, `null` included (it is what `JSON.stringify` makes
 * of `NaN`), is refused, and so is a number no double can hold. What no data point declares is kept as it came.
 */
export function typeCustomData(
  custom: Record<string, unknown> | undefined,
  dataPoints: ReadonlyMap<string, DataPoint>,
  modelType: DataPoint['modelType'],
  required: readonly string[] = [],
): CustomData {
  if (custom === undefined && required.length === 0) return noCustomData
  const typed: Record<string, JsonValue> = Object.create(null)
  for (const name in custom) {
    if (!Object.hasOwn(custom, name)) continue
    if (name === '__proto__') throw refused(name, 'not a valid data point name')
    const value = custom[name]
    if (value === undefined) continue
    const dataPoint = dataPoints.get(name)
    typed[name] = dataPoint?.modelType === modelType ? declared(dataPoint, value) : undeclared(name, value, 1)
  }
  for (const name of required) {
    if (typed[name] === undefined) throw refused(name, 'required for this action')
  }
  return typed
}

/** For a strict tenant: refuses what no data point declares. */
export function refuseUndeclared(dataPoints: ReadonlyMap<string, DataPoint>, custom: CustomData, modelType: DataPoint['modelType']): void {
  for (const name in custom) {
    if (dataPoints.get(name)?.modelType !== modelType)
      throw refused(name, `not declared as a data point of the ${modelType} (the tenant is strict)`)
  }
}

/** Refuses a number outside the bounds that its data point declares, by name. Takes data that was typed. */
export function refuseOutOfBounds(custom: CustomData, dataPoints: ReadonlyMap<string, DataPoint>, modelType: DataPoint['modelType']): void {
  for (const name in custom) {
    const value = custom[name]
    const dataPoint = dataPoints.get(name)
    if (typeof value !== 'number' || dataPoint?.modelType !== modelType) continue
    const { minimum, maximum } = dataPoint
    if (minimum !== undefined && value < minimum) throw refused(name, `less than ${minimum}, its \`minimum\``)
    if (maximum !== undefined && value > maximum) throw refused(name, `more than ${maximum}, its \`maximum\``)
  }
}

function declared({ name, dataType }: DataPoint, value: unknown): JsonValue {
  switch (dataType) {
    case 'number':
      return toNumber(name, value)
    case 'text':
      if (typeof value === 'string') return value
      throw refused(name, 'not a text')
    case 'boolean':
      if (typeof value === 'boolean') return value
      throw refused(name, 'not a boolean')
    case 'multiselect':
      if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value
      throw refused(name, 'not a list of texts')
  }
}

function toNumber(name: string, value: unknown): number {
  const number = typeof value === 'string' ? readDecimal(value) : value
  if (typeof number !== 'number' || !Number.isFinite(number)) throw refused(name, 'not a number, or has more digits than a double holds')
  return number === 0 ? 0 : number
}

function undeclared(name: string, value: unknown, depth: number): JsonValue {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
  if (typeof value === 'number') return toNumber(name, value)
  if (depth >= maxDepth) throw refused(name, 'nested too deeply')
  if (Array.isArray(value)) return value.map((item) => undeclared(name, item, depth + 1))
  const map: { [key: string]: JsonValue } = Object.create(null)
  for (const [key, item] of Object.entries(Object(value))) {
    if (key === '__proto__') throw refused(`${name}.${key}`, 'not a valid name')
    map[key] = undeclared(name, item, depth + 1)
  }
  return map
}

function refused(name: string, reason: string): ApiError {
  return new ApiError('invalid_request', `\`custom.${name.slice(0, 64)}\` is ${reason}`)
}
