import { type ParsedAddress, parseAddress } from '../../addresses/parse-address.ts'

/**
 * An address as text that sorts as the addresses of its family do, and apart from those of the other: `4` or `6`, then its bits in hexadecimal. All
 * addresses of a network whose length is divisible by four begin alike. `null`: it is none.
 */
export function toSortableAddress(text: string): string | null {
  const parsed = parseAddress(text)
  return parsed === null ? null : sortable(parsed)
}

function sortable({ version, words }: ParsedAddress): string {
  return version + words.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
}
