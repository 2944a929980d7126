import type { JsonValue } from '../facts/json-value.ts'
import { toNumber } from './coerce.ts'
import type { Compiler, Operator, Test } from './compiler.ts'
import { comparedWithUnknown, FAILS, HOLDS, notProvided, OPEN, type Truth } from './truth.ts'

const earthRadiusKm = 6371.0088

/** Great-circle distance in kilometres (haversine). */
export function distanceKm(latitude1: number, longitude1: number, latitude2: number, longitude2: number): number {
  const radians = Math.PI / 180
  const sinLatitude = Math.sin(((latitude2 - latitude1) * radians) / 2)
  const sinLongitude = Math.sin(((longitude2 - longitude1) * radians) / 2)
  const h = sinLatitude ** 2 + Math.cos(latitude1 * radians) * Math.cos(latitude2 * radians) * sinLongitude ** 2
  return 2 * earthRadiusKm * Math.asin(Math.min(1, Math.sqrt(h)))
}

/** `distanceWithinKm` [latitude, longitude, latitude, longitude, km]: true when the two places are at most so far apart. */
function compileDistanceWithin(args: readonly JsonValue[], compiler: Compiler): Test {
  const values = Array.from({ length: 5 }, (_, i) => compiler.value(args[i] ?? null))
  return (signals, data): Truth => {
    const numbers: number[] = []
    let unknown: Truth | undefined
    for (const value of values) {
      const operand = value(signals, data) ?? notProvided
      if (typeof operand === 'symbol')
        unknown = unknown === undefined ? comparedWithUnknown(operand) : Math.min(unknown, comparedWithUnknown(operand))
      else numbers.push(toNumber(operand))
    }
    if (unknown !== undefined) return unknown
    const [latitude1 = Number.NaN, longitude1 = Number.NaN, latitude2 = Number.NaN, longitude2 = Number.NaN, km = Number.NaN] = numbers
    const distance = distanceKm(latitude1, longitude1, latitude2, longitude2)
    return Number.isNaN(distance) || Number.isNaN(km) ? OPEN : distance <= km ? HOLDS : FAILS
  }
}

export const distanceWithin: Operator = { test: compileDistanceWithin }
