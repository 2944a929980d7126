import type { Db } from '../storage/store.ts'
import type { WatchedPrefix } from '../tries/prefix-breaker.ts'
import { readSubject } from '../tries/subject.ts'
import { mostWrongAnswers } from '../tries/wrong-answers.ts'

export interface ThrottledAuthenticator {
  userId: string
  verificationMethod: string
  /** `undefined`: the user binds one, or has none. */
  userAuthenticatorId: string | undefined
  wrongAnswers: number
  /** No answer is judged until somebody unlocks it. */
  isLocked: boolean
  /** Milliseconds UTC from which the next answer is judged. `undefined`: it is locked. */
  retryAt: number | undefined
}

export interface StoppedPrefix extends WatchedPrefix {
  /** Milliseconds UTC. */
  stoppedUntil: number
}

/** As many as a person reads. */
const mostListed = 500

/** Authenticators whose answers are not judged now, and prefixes of phone numbers to which nothing is sent now. Those that wait longest come first. `userId`: only those of this user. */
export async function listThrottled(
  db: Db,
  tenantId: string,
  at: number,
  userId?: string,
): Promise<{ authenticators: ThrottledAuthenticator[]; prefixes: StoppedPrefix[] }> {
  const rows = await db
    .selectFrom('tries')
    .select(['subject', 'streak', 'locked_until'])
    .where('tenant_id', '=', tenantId)
    .where(({ or, eb }) => or([eb('locked_until', '>', at), eb('streak', '>=', mostWrongAnswers)]))
    .$if(userId !== undefined, (query) => query.where('user_id', '=', userId ?? ''))
    .orderBy('locked_until', 'desc')
    .limit(mostListed)
    .execute()
  const authenticators: ThrottledAuthenticator[] = []
  const prefixes: StoppedPrefix[] = []
  for (const { subject, streak, locked_until } of rows) {
    const { kind, parts } = readSubject(subject)
    const [first = '', second = '', third] = parts
    if (kind === 'prefix')
      prefixes.push({ scope: first === 'country' ? first : 'block', prefix: second, stoppedUntil: Number(locked_until) })
    else {
      const isLocked = Number(streak) >= mostWrongAnswers
      authenticators.push({
        userId: first,
        verificationMethod: second,
        userAuthenticatorId: third === 'none' || third === 'registration' ? undefined : third,
        wrongAnswers: Number(streak),
        isLocked,
        retryAt: isLocked ? undefined : Number(locked_until),
      })
    }
  }
  return { authenticators, prefixes }
}
