import { z } from 'zod'
import { type CidrRange, parseCidr } from '../addresses/parse-cidr.ts'
import { ApiError } from '../errors/api-error.ts'

/** Addresses and CIDR ranges from which API keys are accepted, as they are sent. */
export const ipWhitelist = z.array(z.string().max(64)).max(256)

/** The ranges of such a list. Refuses an entry that is none. */
export function rangesOf(list: readonly string[]): CidrRange[] {
  return list.map((text) => {
    const range = parseCidr(text)
    if (range === null) throw new ApiError('invalid_request', `\`ipWhitelist\`: \`${text}\` is neither an address nor a CIDR range`)
    return range
  })
}
