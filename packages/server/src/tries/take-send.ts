import type { VerificationMethod } from '@sallyport/engine'
import { networkOf } from '../addresses/network-of.ts'
import { wideNetworkOf } from '../addresses/wide-network-of.ts'
import type { Tenant } from '../configuration/tenant.ts'
import type { ApiError } from '../errors/api-error.ts'
import { tooManyRequests } from '../http/rate-limit.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Db, Store } from '../storage/store.ts'
import { giveBack, takeTries, type Window } from './count-windows.ts'
import { type Limit, limitSettingsOf } from './limit-settings.ts'
import { type PhonePrefix, readPhoneNumber } from './phone-prefix.ts'
import { prefixWindow, stopIfPumped, type WatchedPrefix } from './prefix-breaker.ts'
import { prefixLimitsOf, watchedPrefixes } from './prefix-limits.ts'
import { type SendKind, sendKinds, sendLimits, userSendLimits } from './send-limits.ts'
import { hashed, subjectOf } from './subject.ts'

export interface TakeSendDeps {
  store: Pick<Store, 'db' | 'transaction'>
  clock: () => number
  newId: () => string
  metrics: Pick<Metrics, 'countSend' | 'countStoppedPrefix'>
}

/** A message with a code or link, before it is handed to a provider. */
export interface Send {
  method: VerificationMethod
  userId: string
  /** Where it goes. Absent: to a device (`PUSH`). */
  to?: { email: string } | { phoneNumber: string }
  /** Of the user who asks for it. `undefined`: the application's server asks, and did not say whose address. */
  ipAddress: string | undefined
}

export type SendAnswer =
  /** Send it. `sendId` names it for `forgetSend`. */
  | { isAllowed: true; sendId: string }
  /** Do not send it. Answer with `tooManySends`. */
  | { isAllowed: false; retryAfterSeconds: number }

const minute = 60_000
/** How long sends are on record: for the preview of limits. */
const keptMs = 30 * 24 * 60 * minute
/** How long after a message a right answer counts as its completion. */
const completedWithinMs = 15 * minute

/**
 * Asks whether a message may be sent, and counts it. Call it after everything else that could refuse the request, right before the provider, once for each
 * message; a message that was refused counts for nothing.
 *
 *     const answer = await takeSend(deps, tenant, { method: 'EMAIL_OTP', userId, to: { email }, ipAddress: request.ip })
 *     if (!answer.isAllowed) throw tooManySends(answer)
 *     // … hand it to the provider; if that fails: await forgetSend(deps.store.db, tenant.tenantId, answer.sendId)
 *
 * Counted (OT-08): messages of the user by this method, to the destination (for whichever user), from the caller's address and network, of the tenant, and for
 * phone numbers to the country and block of numbers. A tenant's `sendingRateLimitConfigurations` replace the limits of the user, and its
 * `prefixRateLimitConfigurations` those of countries and blocks; the others always hold. Sending to a country or block whose messages nobody answers is stopped
 * for a time (`prefix-breaker.ts`). Which countries are allowed at all (`smsCountryCodes`) is the method's to say: see `readPhoneNumber`.
 *
 * All counts are in the store and exact, however many callers ask at once, in any number of processes. A new code changes nothing about the wrong answers that were counted (OT-06).
 *
 * A guessable method has its completions noted by the seam when the answer is right. A method whose answers are no guesses calls `noteCompletion`.
 *
 * The call commits by itself: never make it inside a transaction. Pass `ipAddress: undefined` on the server API unless the request names the address of the
 * user: the address of the application's server would be counted for all its users.
 */
export async function takeSend(deps: TakeSendDeps, tenant: Tenant, send: Send): Promise<SendAnswer> {
  const { db } = deps.store
  const { tenantId } = tenant
  const { method, userId } = send
  const kind = sendKinds[method]
  if (kind === undefined) throw new Error(`${method} sends no messages`)
  const at = deps.clock()
  const phone = send.to !== undefined && 'phoneNumber' in send.to ? readPhoneNumber(send.to.phoneNumber) : undefined
  const watched = watchedPrefixes(phone)
  const taken = await takeTries(db, tenantId, windowsOf(tenant, kind, send, phone, watched), at)
  if (!taken.isTaken) return refuse(taken.msToWait)
  const sendId = deps.newId()
  try {
    for (const prefix of watched) {
      const stoppedForMs = await stopIfPumped(deps, tenantId, prefix, at)
      if (stoppedForMs === 0) continue
      await giveBack(db, taken.tries)
      return refuse(stoppedForMs)
    }
    await db
      .insertInto('sends')
      .values({
        tenant_id: tenantId,
        send_id: sendId,
        user_id: userId,
        verification_method: method,
        sent_at: at,
        country: phone?.country ?? null,
        number_block: watched.find(({ scope }) => scope === 'block')?.prefix ?? null,
        completed_at: null,
        expires_at: at + keptMs,
      })
      .execute()
    deps.metrics.countSend(method, 'allowed')
    return { isAllowed: true, sendId }
  } catch (error) {
    // Nothing was sent, so nothing is counted. The record may be there although its answer was lost.
    await giveBack(db, taken.tries).catch(() => undefined)
    await forgetSend(db, tenantId, sendId).catch(() => undefined)
    throw error
  }

  function refuse(msToWait: number): SendAnswer {
    deps.metrics.countSend(method, 'refused')
    return { isAllowed: false, retryAfterSeconds: Math.ceil(msToWait / 1000) }
  }
}

/**
 * Counts a text message that asks for no answer, such as a notice, for the same limits as codes by text message; whether it may be sent. Within the transaction
 * that it is about: it counts for nothing if that is undone. It is no message that nobody answered (`prefix-breaker.ts`).
 */
export async function takeNotice(
  db: Db,
  tenant: Tenant,
  { userId, phoneNumber }: { userId: string; phoneNumber: string },
  at: number,
): Promise<boolean> {
  const phone = readPhoneNumber(phoneNumber)
  const send: Send = { method: 'SMS', userId, to: { phoneNumber }, ipAddress: undefined }
  return (await takeTries(db, tenant.tenantId, windowsOf(tenant, 'phone', send, phone, watchedPrefixes(phone)), at)).isTaken
}

/** The refusal of a message that may not be sent: 429 with `Retry-After`. It does not say whose limit it was. */
export function tooManySends({ retryAfterSeconds }: { retryAfterSeconds: number }): ApiError {
  return tooManyRequests('too many messages were sent; wait, or use another method', retryAfterSeconds * 1000)
}

/** The provider did not take the message: it no longer counts as one that nobody answered. It still counts for the limits. */
export async function forgetSend(db: Db, tenantId: string, sendId: string): Promise<void> {
  await db.deleteFrom('sends').where('tenant_id', '=', tenantId).where('send_id', '=', sendId).execute()
}

/**
 * Notes that a user answered a message rightly: the messages of the last 15 minutes to this user by this method are complete. Called by the seam for methods
 * with `isGuessable`.
 */
export async function noteCompletion(
  db: Db,
  { tenantId, userId, method }: { tenantId: string; userId: string; method: VerificationMethod },
  at: number,
): Promise<void> {
  if (sendKinds[method] === undefined) return
  await db
    .updateTable('sends')
    .set({ completed_at: at })
    .where('tenant_id', '=', tenantId)
    .where('user_id', '=', userId)
    .where('sent_at', '>', at - completedWithinMs)
    .where('verification_method', '=', method)
    .where('completed_at', 'is', null)
    .execute()
}

function windowsOf(
  tenant: Tenant,
  kind: SendKind,
  { method, userId, to, ipAddress }: Send,
  phone: PhonePrefix | undefined,
  watched: readonly WatchedPrefix[],
): Window[] {
  const limits = sendLimits[kind]
  const windows: Window[] = []
  const add = (limit: Limit, ofUser: boolean, name: string, ...parts: string[]) =>
    windows.push({ subject: subjectOf(name, kind, String(limit.windowMs), ...parts), userId: ofUser ? userId : null, ...limit })
  const settings = limitSettingsOf(tenant, method)
  for (const limit of userSendLimits(kind, settings)) add(limit, true, 'sends to user', userId, method)
  // A destination is nobody's: an erased user who signs up again is not sent more (and its hash is forgotten within a day).
  if (to !== undefined) for (const limit of limits.destination) add(limit, false, 'sends to', hashed(destinationOf(to)))
  if (ipAddress !== undefined) {
    add(limits.address, false, 'sends for address', hashed(networkOf(ipAddress)))
    add(limits.network, false, 'sends for network', hashed(wideNetworkOf(ipAddress)))
  }
  add(limits.tenant, false, 'sends of tenant')
  if (phone !== undefined) for (const { limit, block } of prefixLimitsOf(settings, phone)) add(limit, false, 'sends to prefix', block)
  return [...windows, ...watched.map(prefixWindow)]
}

/** One spelling for each destination, as far as it can be known: letters of a mail address in lower case, digits of a phone number. */
function destinationOf(to: { email: string } | { phoneNumber: string }): string {
  return 'email' in to ? to.email.trim().toLowerCase() : to.phoneNumber.replace(/\D/g, '')
}
