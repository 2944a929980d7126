import { randomBytes } from 'node:crypto'
import type { CodePlace, OneTimeCodes } from '../../challenges/one-time-codes.ts'
import { describeDevice } from '../../notices/describe-device.ts'
import type { Sender } from '../one-time-code/code-method.ts'
import type { CodeDetails } from '../one-time-code/code-rows.ts'

/** What is kept of a link, beside what is kept of its code. */
export interface LinkDetails extends CodeDetails {
  /** Of the secret in the link. */
  linkHash: string
  /** Of the mark of the browser that asked. Absent: that browser keeps no cookie. */
  browserHash?: string
  /** Who asked, for the page. */
  ipAddress: string
  device?: string
  /** When the button was pressed in the browser that asked, milliseconds UTC. */
  pressedAt?: number
}

/** The token in the address of a link, read. Nothing about it is checked yet. */
export interface ReadLink extends CodePlace {
  secret: string
}

/** Longer than any token that was made here. */
export const longestLinkToken = 1024

/** Makes a link. Its secret holds the code that the page shows, so that nothing readable has to be kept. */
export function makeLink(
  { oneTimeCodes, config }: { oneTimeCodes: OneTimeCodes; config: { publicUrl: string } },
  place: CodePlace,
  code: string,
  { browser, ipAddress, userAgent }: Sender,
): { url: string; details: Omit<LinkDetails, keyof CodeDetails> } {
  const secret = `${code}.${randomBytes(32).toString('base64url')}`
  const token = Buffer.from([place.tenantId, place.challengeId, secret].join('\n')).toString('base64url')
  const device = describeDevice(userAgent)
  return {
    url: `${config.publicUrl}/hosted/link?token=${token}`,
    details: {
      linkHash: oneTimeCodes.hash(place, linkText(secret)),
      ...(browser !== undefined && { browserHash: oneTimeCodes.hash(place, browserText(browser)) }),
      ipAddress,
      ...(device !== undefined && { device }),
    },
  }
}

/** What a token says it is. `undefined` for a text that was not made here. */
export function readLink(token: string): ReadLink | undefined {
  if (token.length > longestLinkToken) return undefined
  const [tenantId, challengeId, secret, ...others] = Buffer.from(token, 'base64url').toString().split('\n')
  return tenantId && challengeId && secret && others.length === 0 ? { tenantId, challengeId, secret } : undefined
}

/** Whether the link is the one that was mailed. */
export function isMailed(oneTimeCodes: OneTimeCodes, link: ReadLink, { linkHash }: LinkDetails): boolean {
  return oneTimeCodes.matches(link, linkText(link.secret), linkHash)
}

/** Whether it is opened in the browser that asked for it. */
export function isOfBrowser(oneTimeCodes: OneTimeCodes, place: CodePlace, { browserHash }: LinkDetails, mark: string | undefined): boolean {
  return mark !== undefined && browserHash !== undefined && oneTimeCodes.matches(place, browserText(mark), browserHash)
}

/** The code that answers in place of the link. */
export function codeOfLink({ secret }: ReadLink): string {
  return secret.slice(0, secret.indexOf('.'))
}

// None of them is a code of digits, so that no hash serves as another.
const linkText = (secret: string) => `link ${secret}`
const browserText = (mark: string) => `browser ${mark}`
