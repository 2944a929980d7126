import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** First bytes without a reserved range, because a list is read without its reserved ranges. */
const publicBytes = Array.from({ length: 222 }, (_, index) => index + 1).filter(
  (byte) => ![10, 100, 127, 169, 172, 192, 198, 203].includes(byte),
)

/** Under this name, a list that is placed by hand is taken for one of VPNs. */
export const addressListFile = 'x4bnet-vpn-ipv4.txt'

/** Writes a list of distinct ranges of 16 addresses, spread over all of IPv4. They are small because a list that covers much of IPv4 is refused. */
export function writeAddressList(folder: string, count: number): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(path.join(folder, addressListFile), addressList(count))
}

/** The text of such a list. */
export function addressList(count: number): string {
  const networks = publicBytes.length * 65_536
  // A prime step visits each of them once.
  const step = 8_191_343
  const lines = Array.from({ length: count }, (_, index) => {
    const network = (index * step) % networks
    return `${publicBytes[network >> 16]}.${(network >> 8) & 255}.${network & 255}.0/28`
  })
  return `${lines.join('\n')}\n`
}
