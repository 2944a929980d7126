import { type ChallengeStrength, type Confirmation, unmetDemand } from '@sallyport/engine'
import type { NamedMethod } from '../authenticators/named-method.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError, type ErrorCode } from '../errors/api-error.ts'
import type { Db, InstanceKey } from '../storage/store.ts'
import { issueToken, type TokenClaims } from '../tokens/challenge-token.ts'
import { loadTokenInstance } from '../tokens/load-token-instance.ts'
import { type AdmittedGuess, takeGuess } from '../tries/take-guess.ts'
import type { AdmittedAnswer, AnonymousAnswers } from './anonymous-answers.ts'
import type { AnsweringAuthenticator, Proof, Verdict } from './answer.ts'
import { type AnsweredChallenge, challengeKind } from './challenge-row.ts'
import { type ConfirmPassedDeps, confirmationUrlOf, confirmPassed } from './confirm-passed.ts'
import { loadDemands } from './open-instance.ts'
import { type RecordAnswerDeps, recordAnswer, useUp } from './record-answer.ts'
import { refuse } from './refusal.ts'
import { refuseUntracked } from './refuse-untracked.ts'
import {
  countRefused,
  invalidCredential,
  notAccepted,
  notWaiting,
  type RefusalLog,
  unusableChallenge,
  WrongAnswer,
} from './refused-answer.ts'

export interface AnswerChallengeDeps extends RefusalLog, RecordAnswerDeps, ConfirmPassedDeps {
  config: { issuer: string }
  anonymousAnswers: AnonymousAnswers
  /** Forgets challenges that were answered long ago. */
  purge: () => Promise<void>
}

/** An answer as its method reads it, and how the method judges it. */
export interface Attempt<A extends AnsweringAuthenticator, P extends Proof> {
  method: NamedMethod
  /** Made here, for this caller, not expired: see `openChallenge`. */
  challenge: Pick<AnsweredChallenge, 'challengeId' | 'actionCode' | 'idempotencyKey' | 'expiresAt' | 'createdAt'>
  /** The authenticator in force that says it answers, whoever of the tenant it belongs to. `undefined`: none that is on file. */
  find(): Promise<A | undefined>
  /** Whether the answer is good. Pure: it changes nothing. */
  check(authenticator: A): Promise<Verdict<P>>
  /**
   * Writes what a good answer changes on the authenticator, at least when it was used, in the transaction that passes the challenge. Answers with why the
   * proof does not count after all, such as that the authenticator was removed meanwhile; then everything is undone.
   */
  advance(db: Db, authenticator: A, proof: P, at: number): Promise<string | undefined>
  /** What the wire says of a proof that is good in itself and not enough, by the reason; it says nothing of other refusals. */
  hints?: Readonly<Record<string, string>>
  deviceId: string | undefined
  userAgent: string | undefined
  ipAddress: string
  /** The application's server answers for its user, so that `ipAddress` is the server's: wrong answers are not counted by it. */
  isFromServer?: boolean
}

export interface PassedChallenge<A> {
  accessToken: string
  authenticator: A
}

/** What every passed challenge lets its user do for as long as the token lives. */
export const resultScope = 'read:authenticators add:authenticators update:authenticators remove:authenticators'

/**
 * Judges the answer to a challenge, by whichever method.
 *
 * With a token, it answers the challenge of the instance the token is for. Without one, it signs in the user of the authenticator: as an action instance of
 * its own, or, when the browser named a key under which the user was tracked, as the answer to that instance.
 *
 * In this order, each step after the one before: the method has seen that the challenge was made here, for this caller, and has not expired; the instance
 * waits for an answer; where the answer could be guessed, it is counted as wrong (RL-01); the method checks the answer; the application confirms it, where it wants to be asked; then `recordAnswer`, in one transaction, sees
 * that the challenge was not answered before and that the number of answers is within the limit, looks at instance and authenticator again, and stores what
 * follows. Nothing is said of the verdict before that is on disk.
 */
export async function answerChallenge<A extends AnsweringAuthenticator, P extends Proof>(
  deps: AnswerChallengeDeps,
  tenant: Tenant,
  token: TokenClaims | undefined,
  attempt: Attempt<A, P>,
): Promise<PassedChallenge<A>> {
  // Guesses are counted for the user of the token: without one they would either not count or let anybody throttle anybody (RL-06).
  if (token === undefined && attempt.method.isGuessable)
    throw new ApiError('invalid_request', `${attempt.method.aNoun} is accepted with a token only`)
  if (token !== undefined) {
    const counted: CountedGuess = {}
    try {
      return await judgeAnswer(deps, tenant, token, attempt, undefined, counted)
    } catch (error) {
      // A fault tells nobody anything about the answer, and must not throttle its user.
      if (!(error instanceof ApiError)) await counted.guess?.giveBack(deps.store.db).catch(() => undefined)
      throw error
    }
  }
  const admitted = await deps.anonymousAnswers.admit(tenant.tenantId, attempt.ipAddress)
  try {
    const passed = await judgeAnswer(deps, tenant, token, attempt, admitted, {})
    await admitted.forget()
    return passed
  } catch (error) {
    if (!(error instanceof ApiError && refusals.has(error.code))) await admitted.forget()
    throw error
  }
}

/** How an answer is refused that was judged: it counts for the address it came from. */
const refusals: ReadonlySet<ErrorCode> = new Set(['invalid_credential', 'unknown_credential', 'origin_not_allowed'])

interface CountedGuess {
  guess?: AdmittedGuess
}

/** `admitted`: the answer came without a token, and what it may cost is bounded. */
async function judgeAnswer<A extends AnsweringAuthenticator, P extends Proof>(
  deps: AnswerChallengeDeps,
  tenant: Tenant,
  token: TokenClaims | undefined,
  attempt: Attempt<A, P>,
  admitted: AdmittedAnswer | undefined,
  counted: CountedGuess,
): Promise<PassedChallenge<A>> {
  const { tenantId } = tenant
  const { method, challenge } = attempt
  const { challengeId, actionCode, idempotencyKey, expiresAt, createdAt } = challenge
  const kind = challengeKind(method.name, 'authentication')
  const answered: AnsweredChallenge = {
    tenantId,
    challengeId,
    kind,
    userId: token?.userId ?? null,
    actionCode,
    idempotencyKey,
    expiresAt,
    createdAt,
  }
  const demanded = token && (await loadDemands(deps.store.db, tenant, await loadTokenInstance(deps.store, token, deps.clock()), method))
  if (admitted?.isUsedUp(answered)) throw unusableChallenge()
  await deps.purge()

  const authenticator = await attempt.find()
  const guess = token && method.isGuessable && (await countGuess(token.userId))
  if (guess) counted.guess = guess
  if (authenticator === undefined) {
    await useUpRefused()
    countRefused(deps.metrics, method, 'authentication', 'unknown_credential')
    if (await mayRecord()) deps.log.warn({ tenantId, userId: token?.userId, ceremony: 'authentication' }, `unknown ${method.noun}`)
    // RL-04: nobody learns from a guess who has the authenticator.
    if (method.isGuessable) throw new WrongAnswer(notAccepted(method), false)
    // A browser forgets a passkey on this answer, so only an authenticator that is not on file gets it.
    throw new ApiError('unknown_credential', `the ${method.noun} is not registered`)
  }
  const userId = token?.userId ?? authenticator.userId
  const named = idempotencyKey === null ? undefined : { tenantId, userId, action: actionCode, idempotencyKey }
  // `undefined`: no tracked instance, the sign-in becomes one of its own.
  const key = token !== undefined || (named && (await deps.store.findInstance(named))) !== undefined ? named : undefined
  if (key === undefined) refuseUntracked(tenant, actionCode)
  let isRight = false
  const judged = await judge(authenticator)
  if (!judged.verified && !(await mayRecord())) {
    await useUpRefused()
    throw new ApiError('invalid_credential', notAccepted(method))
  }
  const signInKey = deps.newId()
  const url = judged.verified ? confirmationUrlOf(tenant, actionCode) : undefined
  // Before the application is asked, so that it is asked once.
  if (url !== undefined) await useUp(deps, answered)
  const confirmation = url === undefined ? undefined : await confirm(url, authenticator)
  const verdict = confirmation?.isConfirmed === false ? refuse('not_confirmed') : judged
  const { deviceId, userAgent, ipAddress } = attempt
  const advance = async (db: Db, at: number) => {
    const reason = verdict.verified ? await attempt.advance(db, authenticator, verdict.proof, at) : undefined
    if (guess && reason === undefined) await guess.wasRight(db)
    return reason
  }
  const recorded = await recordAnswer(
    deps,
    {
      tenant,
      token,
      method,
      challenge: answered,
      key,
      signInKey,
      isUsedUp: url !== undefined,
      confirmation,
      authenticator,
      advance,
      deviceId,
      userAgent,
      ipAddress,
    },
    verdict,
  )
  if (!recorded.passed) {
    const { refusal, isLast } = recorded
    if (guess && isRight && refusal === verdict) await guess.giveBack(deps.store.db)
    const about = { tenantId, userId, ceremony: 'authentication' as const, userAuthenticatorId: authenticator.userAuthenticatorId }
    throw invalidCredential(deps, method, about, refusal, { hint: hintOf(refusal.reason), isLast })
  }
  deps.metrics.countChallenge('passed')
  const { instance } = recorded
  const accessToken = await issueToken(tenant, deps.config.issuer, {
    kind: 'result',
    userId: instance.userId,
    actionCode: instance.action,
    idempotencyKey: instance.idempotencyKey,
    scope: resultScope,
    jti: deps.newId(),
    at: deps.clock(),
    basis: { createdAt: instance.createdAt, state: instance.state, isEnrolled: true, provedBy: authenticator.userAuthenticatorId },
  })
  return { accessToken, authenticator }

  function countGuess(userId: string): Promise<AdmittedGuess> {
    const { isFromServer, ipAddress } = attempt
    const userAuthenticatorId = authenticator?.userId === userId ? authenticator.userAuthenticatorId : undefined
    return takeGuess(deps, tenant, {
      method: method.name,
      use: 'authentication',
      userId,
      userAuthenticatorId,
      ipAddress: isFromServer ? undefined : ipAddress,
    })
  }

  function confirm(asked: string, { userAuthenticatorId }: A): Promise<Confirmation> {
    const of = key ?? { tenantId, userId, action: actionCode, idempotencyKey: signInKey }
    return confirmPassed(deps, tenant, asked, of, { verificationMethod: method.name, userAuthenticatorId })
  }

  function hintOf(reason: string): string | undefined {
    return reason === 'not_confirmed' ? 'the application did not confirm this challenge' : attempt.hints?.[reason]
  }

  /** Of an answer without a token no more rows and log lines are kept than somebody can read. */
  async function mayRecord(): Promise<boolean> {
    return admitted === undefined || admitted.mayRecord()
  }

  /** B5: an answer that anybody can send leaves no row. */
  async function useUpRefused(): Promise<void> {
    if (admitted === undefined) await useUp(deps, answered)
    else if (!admitted.useUp(answered)) throw unusableChallenge()
  }

  async function judge(found: A): Promise<Verdict<P>> {
    // WA-06: an authenticator of somebody else is no answer for the user who was asked.
    if (found.userId !== userId) return refuse('credential_not_allowed')
    const checked = await attempt.check(found)
    if (!checked.verified) return checked
    isRight = true
    // Without a token nobody was known when the challenge was made, so what the instance demands is looked at now.
    const demands = demanded ?? (key && (await loadNamedDemands(key)))
    const unmet = demands && unmetDemand(method.name, checked.proof, demands)
    return unmet === undefined ? checked : refuse(unmet)
  }

  /**
   * What the instance that the browser named demands. Where the user has none under that key, the sign-in is one of its own, under a key of the server's:
   * one made under a key the browser chose would be found, already passed, by the track that was to decide it.
   */
  async function loadNamedDemands(named: InstanceKey): Promise<ChallengeStrength> {
    try {
      const instance = await deps.store.findInstance(named)
      if (instance === undefined) throw notWaiting()
      return await loadDemands(deps.store.db, tenant, instance, method)
    } catch (error) {
      if (error instanceof ApiError) await useUp(deps, answered)
      throw error
    }
  }
}
