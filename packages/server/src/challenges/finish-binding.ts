import { type Confirmation, challengeStrength, type Instance, instanceEntities, unmetDemand } from '@sallyport/engine'
import { type Actor, userActor } from '../audit/actor.ts'
import { type AuthenticatorRow, type BoundColumns, toAuthenticatorRow } from '../authenticators/authenticator-row.ts'
import type { AuthenticatorSecrets } from '../authenticators/authenticator-secret.ts'
import type { EnrolmentRules } from '../authenticators/enrolment-obstacle.ts'
import { listAuthenticators } from '../authenticators/list-authenticators.ts'
import type { NamedMethod } from '../authenticators/named-method.ts'
import { recordAuthenticatorChange } from '../authenticators/record-authenticator-change.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import type { PreparedNotice, UserNotices } from '../notices/user-notices.ts'
import type { Db, Store } from '../storage/store.ts'
import { isUniqueViolation } from '../storage/store-errors.ts'
import { issueToken, type TokenClaims } from '../tokens/challenge-token.ts'
import { instanceKeyOf } from '../tokens/find-token-standing.ts'
import { loadTokenInstance } from '../tokens/load-token-instance.ts'
import { type AdmittedGuess, takeGuess } from '../tries/take-guess.ts'
import { enrolmentFreeze } from '../user-record/enrolment-freeze.ts'
import { findUser } from '../user-record/user-row.ts'
import { isBegunBy } from './begun-binding.ts'
import { bindingObstacle } from './binding-obstacle.ts'
import { type ChallengeRow, challengeKind, consumeChallenge, findOpenChallenge } from './challenge-row.ts'
import { type ConfirmPassedDeps, confirmationUrlOf, confirmPassed } from './confirm-passed.ts'
import { withConfirmation } from './record-passed.ts'
import type { Refusal } from './refusal.ts'
import { invalidCredential, notAccepted, type RefusalLog, unusableChallenge } from './refused-answer.ts'
import { settlePassed } from './settle-passed.ts'
import { countWrongBinding } from './wrong-bindings.ts'

export interface FinishBindingDeps extends RefusalLog, ConfirmPassedDeps {
  store: Store
  config: { issuer: string }
  authenticatorSecrets: Pick<AuthenticatorSecrets, 'decrypt' | 'write'>
  notices: UserNotices
  clock: () => number
  newId: () => string
}

export type BindingVerdict = BoundProof | Refusal

/** An authenticator that may be bound. */
export interface BoundProof {
  verified: true
  columns: BoundColumns
  /** The authenticator verified its user, where it can. Without that, binding it proves nobody. */
  userVerified: boolean
}

/** What the challenge was begun with: see `NewBinding`. */
export interface BegunBinding {
  text: string | null
  details: unknown
  secret: string | undefined
}

/** An answer to the challenge of `beginBinding`, and how its method judges it. */
export interface BindingAttempt {
  method: NamedMethod
  rules: EnrolmentRules
  challengeId: string
  /** The authenticator has this id. Absent: a new one. */
  userAuthenticatorId?: string
  /** Answers that are judged: the last wrong one uses the challenge up. Default 1. */
  tries?: number
  /** Whether the answer is good. Pure: it changes nothing. */
  check(begun: BegunBinding): Promise<BindingVerdict>
  /** A user has one at most, so the one before is removed. */
  isOnly?: boolean
  /** Why the user cannot have one more, seen the ones in force. Absent: there is always room. */
  findObstacle?(bound: readonly AuthenticatorRow[]): string | undefined
  /** What else the binding changes, in its transaction. */
  alsoBind?(db: Db, at: number): Promise<void>
  ipAddress: string
  /** The application's server answers for its user, so that `ipAddress` is the server's: wrong answers are not counted by it. */
  isFromServer?: boolean
  /** For the notice to the user. */
  userAgent?: string | undefined
}

export interface BoundAuthenticator {
  row: AuthenticatorRow
  accessToken: string
}

/**
 * Binds the authenticator that answers the challenge of `beginBinding` to the user of the token.
 *
 * The challenge is used up by the first answer that is judged, whatever becomes of it, unless the method lets people mistype. Everything that is stored, the use of challenge and token included, is
 * one transaction after all checks (WA-20): of two answers at once with one token, one binds (EN-03, EN-09), and an answer that could not be stored can be
 * sent again.
 *
 * An instance that was allowed ends as `CHALLENGE_SUCCEEDED`, so that the token validates, when the user was verified and the application does not refuse
 * it (`action.verify`); one that asks for a challenge goes on asking.
 */
export async function finishBinding(
  deps: FinishBindingDeps,
  tenant: Tenant,
  token: TokenClaims,
  attempt: BindingAttempt,
): Promise<BoundAuthenticator> {
  const { tenantId, userId } = token
  const { method } = attempt
  const before = await loadTokenInstance(deps.store, token, deps.clock())
  const challenge = await loadBinding(deps, token, attempt)
  const details = JSON.parse(challenge.details) as { secret?: string }
  const place = { tenantId, userId, id: challenge.challenge_id }
  const secret = details.secret === undefined ? undefined : deps.authenticatorSecrets.decrypt(details.secret, place)
  const { ipAddress, isFromServer } = attempt
  const guessed = { method: method.name, use: 'registration' as const, userId, userAuthenticatorId: undefined }
  const guess = method.isGuessable
    ? await takeGuess(deps, tenant, { ...guessed, ipAddress: isFromServer ? undefined : ipAddress })
    : undefined
  const verdict = await attempt.check({ text: challenge.webauthn_challenge, details, secret })
  const at = deps.clock()
  if (!verdict.verified) {
    const isLast = await countWrongBinding(deps.store, challenge, attempt.tries ?? 1, at)
    throw invalidCredential(deps, method, { tenantId, userId, ceremony: 'registration' }, verdict, { isLast })
  }
  const row = toAuthenticatorRow(
    { tenantId, userId, userAuthenticatorId: attempt.userAuthenticatorId ?? deps.newId() },
    method.name,
    {
      ...verdict.columns,
      last_verified_at: at,
      details: {
        ...verdict.columns.details,
        ...((token.basis?.isRecovery || (await wasLetIn(deps.store.db, token, at))) && { recoveredAt: at }),
      },
    },
    at,
  )
  const url = confirmationUrlOf(tenant, token.actionCode)
  const passes = before.state === 'ALLOW' && isProof(method, verdict)
  const proved = { verificationMethod: method.name, userAuthenticatorId: row.user_authenticator_id }
  const confirmation = url !== undefined && passes ? await confirmPassed(deps, tenant, url, instanceKeyOf(token), proved) : undefined
  const mayPass = url === undefined || confirmation?.isConfirmed === true
  let instance: Instance
  try {
    const bound = await bind(deps, tenant, token, attempt, { challenge, verdict, guess, secret, row, at, mayPass, confirmation })
    // The challenge stays used up.
    if (bound instanceof ApiError) throw bound
    bound.notice.send()
    instance = bound.instance
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    await consumeChallenge(deps.store.db, challenge, at)
    // WA-14: whoever has it.
    throw new ApiError('invalid_credential', notAccepted(method), { cause: error })
  }
  const accessToken = await issueToken(tenant, deps.config.issuer, {
    kind: 'result',
    userId,
    actionCode: token.actionCode,
    idempotencyKey: token.idempotencyKey,
    scope: 'read:authenticators',
    jti: deps.newId(),
    at,
    basis: { createdAt: instance.createdAt, state: instance.state, isEnrolled: true, provedBy: row.user_authenticator_id },
  })
  return { row, accessToken }
}

/** The open challenge that was answered, which was made for this token. */
async function loadBinding(
  { store, clock }: FinishBindingDeps,
  token: TokenClaims,
  { method, challengeId }: BindingAttempt,
): Promise<ChallengeRow> {
  const row = await findOpenChallenge(store.db, token.tenantId, challengeKind(method.name, 'registration'), challengeId, clock())
  if (row === undefined || !isBegunBy(token, row)) throw unusableChallenge()
  return row
}

/** Whether binding it is as good as answering a challenge that demands nothing in particular. */
function isProof({ name }: NamedMethod, { userVerified }: BoundProof): boolean {
  return unmetDemand(name, { userVerified, isDeviceBound: false }, challengeStrength(null)) === undefined
}

interface Judged {
  challenge: ChallengeRow
  verdict: BoundProof
  guess: AdmittedGuess | undefined
  secret: string | undefined
  row: AuthenticatorRow
  at: number
  /** The application does not mind that the binding passes the instance. */
  mayPass: boolean
  confirmation: Confirmation | undefined
}

/**
 * Everything that is stored, in one transaction. Answers with the instance as it then is and the notice to the user, or with why the token may not bind an
 * authenticator.
 */
function bind(
  deps: FinishBindingDeps,
  tenant: Tenant,
  token: TokenClaims,
  { method, rules, findObstacle, isOnly = false, ipAddress, userAgent, alsoBind }: BindingAttempt,
  { challenge, verdict, guess, secret, row, at, mayPass, confirmation }: Judged,
): Promise<{ instance: Instance; notice: PreparedNotice } | ApiError> {
  const { features } = tenant
  const { tenantId, userId } = token
  const { user_authenticator_id: userAuthenticatorId, credential_id: credentialId } = row
  const verificationMethod = method.name
  return deps.store.transaction({ tenantId, userId }, async (tx) => {
    if (!(await consumeChallenge(tx.db, challenge, at))) throw unusableChallenge()
    let instance = await loadTokenInstance(tx, token, at)
    const bound = await listAuthenticators(tx.db, tenantId, userId)
    const obstacle = bindingObstacle(token, instance, bound, method, rules)
    if (obstacle !== undefined) return new ApiError('insufficient_scope', obstacle)
    const user = await findUser(tx.db, tenantId, userId)
    const freeze = enrolmentFreeze(user)
    if (freeze !== undefined) return freeze
    const full = findObstacle?.(bound)
    if (full !== undefined) throw new ApiError('invalid_request', full)
    if (!(await useTokenForEnrolment(tx.db, token, at))) {
      return new ApiError('insufficient_scope', 'the token has already bound an authenticator')
    }
    const isReplaced = isOnly && bound.some(({ verification_method }) => verification_method === verificationMethod)
    if (isOnly) await removeReplaced(deps, tx.db, bound, method, at, userActor(userId, ipAddress))
    await tx.db.insertInto('authenticators').values(row).execute()
    await guess?.wasRight(tx.db)
    if (secret !== undefined) await deps.authenticatorSecrets.write(tx.db, { tenantId, userId, id: userAuthenticatorId }, secret)
    await alsoBind?.(tx.db, at)
    // A touch binds a passkey where the tenant settles for that; it proves nobody (WA-09).
    if (instance.state === 'ALLOW' && isProof(method, verdict) && mayPass) {
      const settled = await tx.settle(
        instanceKeyOf(token),
        (current) => instanceEntities(current, features),
        (current, snapshot) => {
          const changes = settlePassed(current, snapshot, { at, verificationMethod, userAuthenticatorId, provesUser: true, features })
          return changes && withConfirmation(changes, confirmation)
        },
      )
      instance = settled ?? instance
    }
    const occasion = { userId, at, ipAddress, userAgent, instance }
    const notice = await deps.notices.prepare(
      tx.db,
      tenant,
      isReplaced && method.notices !== undefined
        ? { kind: method.notices.replaced, ...occasion }
        : {
            kind: 'authenticator_added',
            ...occasion,
            method: verificationMethod,
            name: row.name ?? undefined,
            // Where another address takes its place, its owner is told too.
            formerEmail: user?.email_verified === 1 ? user.email : undefined,
          },
    )
    await recordAuthenticatorChange(tx.db, deps.newId(), {
      tenantId,
      at,
      actor: userActor(userId, ipAddress),
      event: 'authenticator.created',
      userId,
      userAuthenticatorId,
      verificationMethod,
      credentialId,
      notified: notice.channels,
    })
    return { instance, notice }
  })
}

/** For so long after an enrolment link was redeemed, what its user binds is part of the recovery. */
const letInForMs = 60 * 60 * 1000

/** Whether support let the user in by an enrolment link just now. */
async function wasLetIn(db: Db, { tenantId, userId }: TokenClaims, at: number): Promise<boolean> {
  const links = await db
    .selectFrom('challenges')
    .select('details')
    .where('tenant_id', '=', tenantId)
    .where('user_id', '=', userId)
    .where('kind', '=', 'enrolment_link')
    .where('consumed_at', '>', at - letInForMs)
    .execute()
  return links.some(({ details }) => (JSON.parse(details) as { usedAt?: number }).usedAt !== undefined)
}

async function removeReplaced(
  deps: FinishBindingDeps,
  db: Db,
  bound: readonly AuthenticatorRow[],
  { name }: NamedMethod,
  at: number,
  actor: Actor,
): Promise<void> {
  for (const { tenant_id: tenantId, user_id: userId, user_authenticator_id: id, verification_method } of bound) {
    if (verification_method !== name) continue
    await db
      .updateTable('authenticators')
      .set({ removed_at: at, secret: null })
      .where('tenant_id', '=', tenantId)
      .where('user_authenticator_id', '=', id)
      .execute()
    const change = { tenantId, at, actor, userId, userAuthenticatorId: id, verificationMethod: name, reason: 'replaced' }
    await recordAuthenticatorChange(db, deps.newId(), { ...change, event: 'authenticator.deleted' })
  }
}

/** Kept apart from the use of a token as the result of a challenge: one may be used for each once. */
export async function useTokenForEnrolment(db: Db, token: TokenClaims, at: number): Promise<boolean> {
  const inserted = await db
    .insertInto('consumed_tokens')
    .values({ tenant_id: token.tenantId, jti: `enrolment:${token.jti}`, consumed_at: at, expires_at: token.expiresAt })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'jti']).doNothing())
    .executeTakeFirst()
  return inserted.numInsertedOrUpdatedRows === 1n
}
