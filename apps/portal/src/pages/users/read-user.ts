import { type Answer, api } from '../../api/api.ts'

export type UserRecord = Answer<'get', '/users/{userId}'> & {
  /** Absent: nobody with this id is on record. */
  createdAt: string | undefined
}

/** Longest text that the list of users searches for. */
const longestSearch = 320

/** A user, with the time since when; the list says that, where an id is the first of those that begin with it. */
export async function readUser(userId: string, signal: AbortSignal): Promise<UserRecord> {
  const [user, listed] = await Promise.all([
    api.get('/users/{userId}', { path: { userId }, signal }),
    userId.length > longestSearch ? undefined : api.get('/users', { query: { text: userId, limit: 1 }, signal }),
  ])
  const first = listed?.users[0]
  return { ...user, createdAt: first?.userId === userId ? first.createdAt : undefined }
}
