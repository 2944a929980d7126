import { domainToASCII } from 'node:url'

/** Longest that RFC 5321 allows, "Path". */
export const longestMailAddress = 254

// A dot-atom of RFC 5322: no quotes, no comments, nothing that could end a header line.
const localPart = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/
const domain = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

/** Why nobody can be written to at this address. `undefined`: somebody may be. Goes on after the name of a field: `is not a mail address …`. */
export function mailAddressProblem(text: string): string | undefined {
  const at = text.lastIndexOf('@')
  const [local, host] = [text.slice(0, at), text.slice(at + 1)]
  if (at < 1 || text.length > longestMailAddress) return 'is not a mail address, such as `ada@example.com`'
  if (local.length > 64 || !localPart.test(local))
    return "is not a mail address: before the `@` are letters, digits and `.!#$%&'*+/=?^_`{|}~-` only"
  // The mapping of a name drops invisible characters; a typed address has none.
  if (/[\s\p{C}]/u.test(host) || !domain.test(domainToASCII(host))) return 'is not a mail address: after the `@` is no domain'
  return undefined
}
