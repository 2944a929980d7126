import { isExactNumber } from './is-exact-number.ts'

const decimal = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/

/**
 * The number that a text stands for. `undefined` for a text that is no plain decimal (`3,000`, `0x10`, an empty one), and for a number that a
 * double cannot hold.
 */
export function readDecimal(text: string): number | undefined {
  if (!decimal.test(text) || !isExactNumber(text)) return undefined
  const number = Number(text)
  // -0 and 0 are one amount, also where a store or a signature compares texts.
  return number === 0 ? 0 : number
}
