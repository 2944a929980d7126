import type { VerificationMethod } from '@sallyport/engine'
import { networkOf } from '../addresses/network-of.ts'
import { wideNetworkOf } from '../addresses/wide-network-of.ts'
import { systemActor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { tooManyRequests } from '../http/rate-limit.ts'
import type { Db, Store } from '../storage/store.ts'
import { giveBack, takeTries, type Window } from './count-windows.ts'
import { answerLimitOf, type Limit } from './limit-settings.ts'
import { hashed, subjectOf } from './subject.ts'
import { noteCompletion } from './take-send.ts'
import { countWrongAnswer, forgetWrongAnswers, mostWrongAnswers, takeBackWrongAnswer } from './wrong-answers.ts'

export interface TakeGuessDeps {
  store: Pick<Store, 'db' | 'transaction'>
  clock: () => number
  newId: () => string
}

/** An answer that could be a guess, before it is compared with anything. */
export interface Guess {
  method: VerificationMethod
  userId: string
  /** The authenticator that is to answer. `undefined`: the user has none, or binds one. */
  userAuthenticatorId: string | undefined
  use: 'registration' | 'authentication'
  /** Of the user. `undefined`: the application's server asks, and did not say. */
  ipAddress: string | undefined
}

/** An answer that may be judged. It counts as wrong until one of these is called. */
export interface AdmittedGuess {
  /** It was right: its try is given back, and the wrong answers before it are forgotten. In the transaction that makes it count. */
  wasRight(db: Db): Promise<void>
  /** It was right and did not pass for another reason: its try is given back, and nothing else changes. */
  giveBack(db: Db): Promise<void>
}

const minute = 60_000
/** Wrong answers in five minutes: of one address (of IPv6, its /64), of its network (/24 or /48), and of all users of a tenant. */
const perAddress = 50
const perNetwork = 200
const windowMs = 5 * minute
export const guessesPerTenant: Limit = { limit: 600, windowMs }

/**
 * Counts an answer as wrong before it is judged, and refuses it with 429 when there were too many (RL-01 to RL-06). Whoever judges it then tells whether it
 * was right. An answer whose process dies in between stays counted.
 *
 * Counted are the wrong answers in a row of the authenticator, and those of a window of the user with this method, of the caller's address, of the caller's
 * network and of the tenant. All counts are in the store, so that neither a new challenge, another endpoint or process, nor a restart begins them again.
 */
export async function takeGuess(deps: TakeGuessDeps, tenant: Tenant, guess: Guess): Promise<AdmittedGuess> {
  const { db } = deps.store
  const { tenantId } = tenant
  const { method, userId, userAuthenticatorId, use } = guess
  const at = deps.clock()
  const row = { tenantId, userId, subject: rowSubject(userId, method, use === 'registration' ? use : userAuthenticatorId) }
  // First, so that guesses at one authenticator leave no row for each address they come from.
  const counted = await countWrongAnswer(db, row, at)
  if (!counted.isCounted) throw tooManyWrongAnswers(counted.msToWait)
  const taken = await takeTries(db, tenantId, windowsOf(tenant, guess), at).catch(async (error: unknown) => {
    await takeBackWrongAnswer(db, row).catch(() => undefined)
    throw error
  })
  if (!taken.isTaken) {
    await takeBackWrongAnswer(db, row)
    throw tooManyWrongAnswers(taken.msToWait)
  }
  if (counted.inARow === mostWrongAnswers) {
    await recordLock(deps, tenantId, guess, at).catch(async (error: unknown) => {
      // Not judged, and not locked before that is on record: the next answer is the last one again.
      await takeBackWrongAnswer(db, row).catch(() => undefined)
      await giveBack(db, taken.tries).catch(() => undefined)
      throw error
    })
  }
  return {
    async wasRight(db) {
      await giveBack(db, taken.tries)
      await forgetWrongAnswers(db, row)
      await noteCompletion(db, { tenantId, userId, method }, at)
    },
    async giveBack(db) {
      await giveBack(db, taken.tries)
      await takeBackWrongAnswer(db, row)
    },
  }
}

/** The subject whose wrong answers in a row count. A user without the authenticator has one too, so that both are answered the same (RL-04). */
export function rowSubject(userId: string, method: VerificationMethod, of: string | undefined): string {
  return subjectOf('answers in a row', userId, method, of ?? 'none')
}

function windowsOf(tenant: Tenant, { method, userId, ipAddress }: Guess): Window[] {
  const of = (limit: number, kind: string, ...parts: string[]) => ({ subject: subjectOf(kind, ...parts), userId: null, limit, windowMs })
  return [
    { subject: subjectOf('answers of user', userId, method), userId, ...answerLimitOf(tenant, method) },
    of(guessesPerTenant.limit, 'answers of tenant'),
    ...(ipAddress === undefined
      ? []
      : [
          of(perAddress, 'answers of address', hashed(networkOf(ipAddress))),
          of(perNetwork, 'answers of network', hashed(wideNetworkOf(ipAddress))),
        ]),
  ]
}

/** Says neither whose limit it was nor whether the user is known (TX-08). */
function tooManyWrongAnswers(msToWait: number) {
  return tooManyRequests('too many wrong answers; wait, or use another method', msToWait)
}

async function recordLock(
  { store, newId }: TakeGuessDeps,
  tenantId: string,
  { method, userId, userAuthenticatorId, use }: Guess,
  at: number,
) {
  await store.transaction({ tenantId }, ({ db }) =>
    insertAuditEntry(db, newId(), {
      tenantId,
      at,
      actor: systemActor('limits'),
      event: 'authenticator.locked',
      userId,
      details: { verificationMethod: method, use, wrongAnswers: mostWrongAnswers, ...(userAuthenticatorId && { userAuthenticatorId }) },
    }),
  )
}
