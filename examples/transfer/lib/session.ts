import { cookies } from 'next/headers'
import { findPerson, type Person } from './people.ts'
import { lifetimeInSeconds, readSession, writeSession } from './session-token.ts'

const cookieName = 'northmere_session'

/** The signed-in user, if any: a user id and a time in a cookie that only this server can sign. */
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
