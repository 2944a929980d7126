import type { JsonValue } from '../facts/json-value.ts'
import { angleBetween } from '../great-circle.ts'
import { toNumber } from './coerce.ts'
import type { Compiler, Operator, Test } from './compiler.ts'
import { operandsOf } from './operands.ts'
import { comparedWithUnknown, FAILS, HOLDS, OPEN, type Truth } from './truth.ts'

const earthRadiusKm = 6371.0088

/** Great-circle distance in kilometres, with the mean radius of the earth. */
export function distanceKm(latitude1: number, longitude1: number, latitude2: number, longitude2: number): number {
  return earthRadiusKm * angleBetween(latitude1, longitude1, latitude2, longitude2)
}

/** `distanceWithinKm` [latitude, longitude, latitude, longitude, km]: true when the two places are no farther apart than that. */
function compileDistanceWithin(args: readonly JsonValue[], compiler: Compiler): Test {
  const values = Array.from({ length: 5 }, (_, i) => compiler.value(args[i] ?? null))
  return (signals, data): Truth => {
    const operands = operandsOf(values, signals, data)
    if (typeof operands === 'symbol') return comparedWithUnknown(operands)
    const [latitude1 = Number.NaN, longitude1 = Number.NaN, latitude2 = Number.NaN, longitude2 = Number.NaN, km = Number.NaN] =
      operands.map(toNumber)
    const distance = distanceKm(latitude1, longitude1, latitude2, longitude2)
    return Number.isNaN(distance) || Number.isNaN(km) ? OPEN : distance <= km ? HOLDS : FAILS
  }
}

export const distanceWithin: Operator = { test: compileDistanceWithin }
