import type { IpFacts } from '@sallyport/engine'
import type { Network } from './networks.ts'
import type { Random } from './random.ts'

/** What is known of an address, as the server knows it. */
export type LookUp = (address: string) => Pick<IpFacts, 'countryCode' | 'asnType'>

/** Enough for a network a quarter of which the data place elsewhere. */
const maxDraws = 32

/**
 * Draws an address of a network of which the IP data say what the network says. An address about which they say something else, because the data have
 * changed since, is not used; if none of many fits, the last one drawn is.
 */
export function drawAddress(random: Random, lookUp: LookUp, { countryCode, asnType, first, prefixLength }: Network): string {
  let address = first
  for (let draw = 0; draw < maxDraws; draw += 1) {
    address = addressAt(first, random.whole(1, 2 ** (32 - prefixLength) - 2))
    const facts = lookUp(address)
    if (facts.countryCode === countryCode && facts.asnType === asnType) break
  }
  return address
}

function addressAt(first: string, offset: number): string {
  const base = first.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const number = base + offset
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.')
}
