import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

export const lifetimeInSeconds = 8 * 60 * 60

/** Signs a user id with its expiry time. */
export function writeSession(userId: string, at: number): string {
  const content = `${userId}.${at + lifetimeInSeconds * 1000}`
  return `${content}.${sign(content)}`
}

/** The user id of a session that this server signed and that has not expired. */
export function readSession(text: string | undefined, at: number): string | undefined {
  const [userId = '', expiresAt = '', signature = ''] = (text ?? '').split('.')
  const expected = Buffer.from(sign(`${userId}.${expiresAt}`))
  const given = Buffer.from(signature)
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
  return Number(expiresAt) > at ? userId : undefined
}

function sign(content: string): string {
  return createHmac('sha256', sessionSecret()).update(content).digest('base64url')
}

/** Without `DEMO_SESSION_SECRET`, a restart of the demo signs everybody out. */
function sessionSecret(): string {
  const place = globalThis as { northmereSecret?: string }
  place.northmereSecret ??= process.env.DEMO_SESSION_SECRET || randomBytes(32).toString('base64url')
  return place.northmereSecret
}
