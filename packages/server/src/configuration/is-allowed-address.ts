import { parseAddress } from '../addresses/parse-address.ts'
import { type CidrRange, contains } from '../addresses/parse-cidr.ts'

/** Whether an address lies in one of the ranges. A text that is no address lies in none. */
export function isAllowedAddress(ranges: readonly CidrRange[], text: string): boolean {
  const address = parseAddress(text)
  return address !== null && ranges.some((range) => contains(range, address))
}
