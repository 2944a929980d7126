import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { cookies } from 'next/headers'
import { findPerson, type Person } from './people.ts'

const cookieName = 'northmere_session'
const lifetimeInSeconds = 8 * 60 * 60

/** Who is signed in, if anybody: a user id and a time in a cookie that only this server can sign. */
export async function currentPerson(): Promise<Person | undefined> {
  return findPerson(readSession((await cookies()).get(cookieName)?.value, Date.now()))
}

export async function signIn(person: Person): Promise<void> {
  ;(await cookies()).set(cookieName, writeSession(person.id, Date.now()), {
    httpOnly: true,
    sameSite: 'lax',
    path: '/',
    maxAge: lifetimeInSeconds,
  })
}

export async function signOut(): Promise<void> {
  ;(await cookies()).delete(cookieName)
}

export function writeSession(userId: string, at: number): string {
  const content = `${userId}.${at + lifetimeInSeconds * 1000}`
  return `${content}.${sign(content)}`
}

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

/** Without `DEMO_SESSION_SECRET` everybody is signed out when the demo starts again. */
function sessionSecret(): string {
  const place = globalThis as { northmereSecret?: string }
  place.northmereSecret ??= process.env.DEMO_SESSION_SECRET || randomBytes(32).toString('base64url')
  return place.northmereSecret
}
