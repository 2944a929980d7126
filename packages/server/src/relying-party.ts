import { isIP } from 'node:net'
import { getDomain, getPublicSuffix } from 'tldts'

/** Where passkeys belong: a domain, and the origins whose pages may ask for them. */
export interface RelyingPartyNames {
  rpId: string
  origins: readonly string[]
}

/** What the two are called where they were given: fields, flags or variables. */
interface Wording {
  rpId: string
  origins: string
}

/**
 * Everything that no browser would accept of a relying party id with its origins, each with the spelling meant where it can be guessed. Empty:
 * browsers accept them. WebAuthn, "Relying Party Identifier"; HTML, "is a registrable domain suffix of or is equal to".
 */
export function relyingPartyProblems(names: RelyingPartyNames, wording: Wording): string[] {
  const check = checkRelyingParty(names)
  const problems = check.rpId === undefined ? [] : [`${wording.rpId} \`${cut(names.rpId)}\` ${check.rpId}`]
  for (const { origin, problem } of check.origins) {
    if (problem !== undefined) problems.push(`${wording.origins} \`${cut(origin)}\` ${problem}`)
  }
  return problems
}

/** The same, for each part by itself. Each text goes on after the name of the part: `is not under the relying party id …`. */
export function checkRelyingParty({ rpId, origins }: RelyingPartyNames) {
  const idProblem = rpIdProblem(rpId)
  return {
    rpId: idProblem,
    origins: origins.map((origin) => ({
      origin,
      problem: originProblem(origin) ?? (idProblem === undefined ? unrelated(rpId, origin) : undefined),
    })),
  }
}

/** Why no browser accepts this relying party id. `undefined`: one may. */
export function rpIdProblem(text: string): string | undefined {
  const bare = text
    .trim()
    .replace(/^[a-z][a-z0-9+.-]*:\/\//i, '')
    .replace(/[/?#].*$/s, '')
    .replace(/^\*\./, '')
  const url = URL.parse(`https://${bare}`)
  if (bare === '' || url === null || url.username !== '') return `is not a domain${example}`
  const host = url.hostname.replace(/\.$/, '')
  if (isIP(host.replace(/^\[|\]$/g, '')) !== 0) {
    return `is ${host === text ? 'an IP address' : `read as the IP address ${host}`}, and browsers accept only domains${example}, or \`localhost\``
  }
  if (!domain.test(host) || host.length > 253) return `is not a domain${example}`
  return host === text
    ? undefined
    : `is not a domain as browsers write it: lower case, without scheme, port, path or wildcard; did you mean \`${host}\`?`
}

/** Why no browser offers passkeys to pages of this origin, or no app has it. `undefined`: one may. */
export function originProblem(text: string): string | undefined {
  if (text.startsWith('android:')) return androidProblem(text)
  if (text.includes('*')) return 'has a wildcard; origins are compared in full, so list each of them'
  const url = webUrl(text)
  if (url === undefined) {
    const bare = text.trim()
    const guess = webUrl(`${/^([a-z0-9-]+\.)*localhost(:\d+)?$/i.test(bare) ? 'http' : 'https'}://${bare}`)
    return `is not an origin such as \`https://app.example.com\`${guess === undefined ? '' : didYouMean(secured(guess))}`
  }
  const host = url.hostname
  if (isIP(host.replace(/^\[|\]$/g, '')) !== 0) {
    return 'has an IP address, and browsers offer passkeys only on domains; use one, or `http://localhost` with its port'
  }
  const origin = secured(url)
  if (origin === text) return undefined
  return url.origin === text && url.protocol === 'http:'
    ? `is not secure, and browsers offer passkeys only over https and on \`http://localhost\`${didYouMean(origin)}`
    : `is not an origin as browsers send it: scheme, domain in lower case and port, without path${didYouMean(origin)}`
}

const example = ', such as `example.com`'
const domain = /^(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*$/

function webUrl(text: string): URL | undefined {
  const url = URL.parse(text)
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return undefined
  return domain.test(url.hostname.replace(/\.$/, '')) || url.hostname.startsWith('[') ? url : undefined
}

/** The origin of the URL, over https unless it is this machine. */
function secured({ hostname, port, protocol }: URL): string {
  const host = hostname.replace(/\.$/, '')
  const isLocal = host === 'localhost' || host.endsWith('.localhost')
  return `${isLocal ? protocol : 'https:'}//${host}${port === '' ? '' : `:${port}`}`
}

/** Why a browser would refuse the relying party id to pages of the origin. */
function unrelated(rpId: string, origin: string): string | undefined {
  if (origin.startsWith('android:')) return isSuffix(rpId) ? suffixRefusal(rpId) : undefined
  const host = new URL(origin).hostname
  if (host === rpId) return undefined
  if (host.endsWith(`.${rpId}`)) return isSuffix(rpId) ? suffixRefusal(rpId, host) : undefined
  return `is not under the relying party id \`${rpId}\`: its domain is neither that nor ends with \`.${rpId}\`${meantFor(host)}`
}

function suffixRefusal(rpId: string, host?: string): string {
  return `cannot use the relying party id \`${rpId}\`, under which anybody can register a domain${host === undefined ? example : meantFor(host)}`
}

function meantFor(host: string): string {
  const id = getDomain(host, { allowPrivateDomains: true }) ?? host
  return `; a relying party id for it is \`${id}\``
}

/** True for `com`, `co.uk`, `github.io`: no site may claim what it shares with strangers (publicsuffix.org). */
function isSuffix(rpId: string): boolean {
  return rpId !== 'localhost' && getPublicSuffix(rpId, { allowPrivateDomains: true }) === rpId
}

const keyHash = 'android:apk-key-hash:'

/** Android: `android:apk-key-hash:` and the SHA-256 of the signing certificate, in base64url without padding. */
function androidProblem(text: string): string | undefined {
  const hash = text.startsWith(keyHash) ? text.slice(keyHash.length) : text.slice('android:'.length)
  if (text.startsWith(keyHash) && /^[A-Za-z0-9_-]{43}$/.test(hash) && isCanonical(hash)) return undefined
  const hex = hash.replace(/^.*[^0-9a-f:]/is, '').replaceAll(':', '')
  const bytes = /^[0-9a-f]{64}$/i.test(hex)
    ? Buffer.from(hex, 'hex')
    : Buffer.from(hash.trim().replace(/^apk-key-hash-?\w*:/, ''), 'base64')
  const meant = bytes.length === 32 ? didYouMean(`${keyHash}${bytes.toString('base64url')}`) : ''
  return `is not the origin of an Android app: \`${keyHash}\` and 43 characters, the SHA-256 of its signing certificate in base64url without padding${meant}`
}

function isCanonical(hash: string): boolean {
  return Buffer.from(hash, 'base64url').toString('base64url') === hash
}

function didYouMean(text: string): string {
  return `; did you mean \`${text}\`?`
}

function cut(text: string): string {
  return text.length > 120 ? `${text.slice(0, 120)}…` : text
}
