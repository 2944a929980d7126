import { type Confirmation, isVerificationMethod } from '@sallyport/engine'
import type { Actor } from '../../audit/actor.ts'
import { type AuthenticatorOwner, toAuthenticatorRow } from '../../authenticators/authenticator-row.ts'
import { listAuthenticators } from '../../authenticators/list-authenticators.ts'
import { recordAuthenticatorChange } from '../../authenticators/record-authenticator-change.ts'
import { resultScope } from '../../challenges/answer-challenge.ts'
import { type ChallengeRow, challengeKind, consumeChallenge, insertChallenge } from '../../challenges/challenge-row.ts'
import type { CodeReply } from '../../challenges/code-reply.ts'
import { type ConfirmPassedDeps, confirmationUrlOf, confirmPassed } from '../../challenges/confirm-passed.ts'
import { codeLifetimeMs, type OneTimeCodes } from '../../challenges/one-time-codes.ts'
import { loadDemands, wrongMethod } from '../../challenges/open-instance.ts'
import { recordPassed, UndoneAnswer } from '../../challenges/record-passed.ts'
import { refuseUntracked } from '../../challenges/refuse-untracked.ts'
import { notWaiting } from '../../challenges/refused-answer.ts'
import { loadMethodSettings } from '../../configuration/method-settings.ts'
import type { Tenant } from '../../configuration/tenant.ts'
import { ApiError } from '../../errors/api-error.ts'
import type { UserNotices } from '../../notices/user-notices.ts'
import type { Db, Store } from '../../storage/store.ts'
import { issueToken } from '../../tokens/challenge-token.ts'
import { hashed } from '../../tries/subject.ts'
import { takeGuess } from '../../tries/take-guess.ts'
import { enrolmentFreeze } from '../../user-record/enrolment-freeze.ts'
import { ensureUser, findUser } from '../../user-record/user-row.ts'
import { keepDestination } from './answer-code.ts'
import type { CodeMethod } from './code-method.ts'
import { codeLengthOf } from './code-settings.ts'
import { type SendCodeDeps, sendCode } from './send-code.ts'
import { destinationOf } from './send-for-token.ts'

export interface ServerChallengeDeps extends SendCodeDeps, ConfirmPassedDeps {
  store: Store
  config: { issuer: string }
  oneTimeCodes: OneTimeCodes
  notices: UserNotices
  clock: () => number
  newId: () => string
  /** Forgets challenges that ended long ago. */
  purge: () => Promise<void>
}

/** What an application's server asks to be sent. */
export interface ServerChallengeInput {
  method: CodeMethod
  actionCode: string
  idempotencyKey: string | undefined
  userId: string | undefined
  email: string | undefined
  phoneNumber: string | undefined
  locale: string | undefined
  userAgent: string | undefined
  /** Of the user, where the application says it. */
  ipAddress: string | undefined
  deviceId: string | undefined
}

export interface StartedChallenge {
  challengeId: string
  idempotencyKey: string
  /** Seconds since 1970. */
  expiresAt: number
}

/** What is kept of a challenge that an application's server answers. */
interface ServerDetails {
  verificationMethod: string
  hash: string
  to: string
  wrong: number
  locale?: string | undefined
  userAgent?: string | undefined
  ipAddress?: string | undefined
  deviceId?: string | undefined
  /** When the right code came, milliseconds UTC. */
  verifiedAt?: number
}

/** No instance is answered by it until it is claimed, so it is of no method's own kind. */
const kind = 'server_code'
const maxWrong = 5
const wrongCode: CodeReply = { isVerified: false, failureReason: 'CODE_INVALID_OR_EXPIRED' }
const noMoreCodes: CodeReply = { isVerified: false, failureReason: 'MAX_ATTEMPTS_EXCEEDED' }

/**
 * Sends a code on the word of the application's server, also to somebody who is no user yet. With a user and no address, to the address that the user bound last,
 * or to the one on record.
 */
export async function startServerChallenge(
  deps: ServerChallengeDeps,
  tenant: Tenant,
  input: ServerChallengeInput,
): Promise<StartedChallenge> {
  const { method, actionCode, userId, locale, userAgent, ipAddress, deviceId } = input
  const { tenantId } = tenant
  const settings = loadMethodSettings(tenant, method.name)
  const given = method.destination === 'email' ? input.email : input.phoneNumber
  const address = given ?? (userId === undefined ? undefined : await findAddress(deps.store.db, tenantId, userId, method))
  if (address === undefined) throw new ApiError('invalid_request', `\`${method.destination}\` is required for ${method.name}`)
  const to = method.readDestination(settings, address)
  await deps.purge()
  const at = deps.clock()
  const challengeId = deps.newId()
  const idempotencyKey = input.idempotencyKey ?? deps.newId()
  const code = deps.oneTimeCodes.draw(codeLengthOf(settings))
  const details: ServerDetails = {
    verificationMethod: method.name,
    hash: deps.oneTimeCodes.hash({ tenantId, challengeId }, code),
    to,
    wrong: 0,
    locale,
    userAgent,
    ipAddress,
    deviceId,
  }
  const expiresAt = at + codeLifetimeMs
  const about = { to, code, userId, actionCode, idempotencyKey, userAgent, ipAddress, locale }
  await sendCode(deps, tenant, method, settings, { ...about, at, expiresAt, approved: undefined })
  await insertChallenge(deps.store.db, {
    tenant_id: tenantId,
    challenge_id: challengeId,
    kind,
    user_id: userId ?? null,
    action_code: actionCode,
    idempotency_key: idempotencyKey,
    webauthn_challenge: null,
    details: JSON.stringify(details),
    created_at: at,
    expires_at: expiresAt,
    consumed_at: null,
  })
  return { challengeId, idempotencyKey, expiresAt: Math.floor(expiresAt / 1000) }
}

/** Sends another code for a challenge that was not answered yet. It takes the place of the one before; wrong ones still count (OT-06). */
export async function resendServerChallenge(
  deps: ServerChallengeDeps,
  tenant: Tenant,
  methods: readonly CodeMethod[],
  challengeId: string,
): Promise<StartedChallenge> {
  const { db } = deps.store
  const at = deps.clock()
  const row = await findServerChallenge(db, tenant.tenantId, challengeId, at)
  const details = row && detailsOf(row)
  if (row === undefined || details === undefined || details.verifiedAt !== undefined || details.wrong >= maxWrong) {
    throw new ApiError('invalid_request', 'the challenge is unknown, has expired or was already answered')
  }
  const method = methodOf(methods, details)
  const settings = loadMethodSettings(tenant, method.name)
  const code = deps.oneTimeCodes.draw(codeLengthOf(settings))
  const expiresAt = at + codeLifetimeMs
  const { to, locale, userAgent, ipAddress } = details
  const idempotencyKey = row.idempotency_key ?? ''
  await sendCode(deps, tenant, method, settings, {
    ...{ to, code, userId: row.user_id ?? undefined, actionCode: row.action_code ?? '', idempotencyKey, userAgent, ipAddress, locale },
    ...{ at, expiresAt, approved: undefined },
  })
  const hash = deps.oneTimeCodes.hash({ tenantId: tenant.tenantId, challengeId }, code)
  await change(db, row, (now) => ({ ...now, hash }), expiresAt)
  return { challengeId, idempotencyKey, expiresAt: Math.floor(expiresAt / 1000) }
}

export type ServerVerdict = CodeReply & { email?: string; phoneNumber?: string; verificationMethod?: string }

/** Judges a code for the application's server. It is right once; each answer counts as wrong before it is judged. */
export async function verifyServerChallenge(
  deps: ServerChallengeDeps,
  tenant: Tenant,
  methods: readonly CodeMethod[],
  { challengeId, code }: { challengeId: string; code: string },
): Promise<ServerVerdict> {
  const { db } = deps.store
  const { tenantId } = tenant
  const at = deps.clock()
  const row = await findServerChallenge(db, tenantId, challengeId, at)
  if (row === undefined) return wrongCode
  const details = detailsOf(row)
  if (details.verifiedAt !== undefined) return wrongCode
  const method = methodOf(methods, details)
  loadMethodSettings(tenant, method.name)
  const { to } = details
  const guess = await takeGuess(deps, tenant, {
    ...{
      method: method.name,
      userId: row.user_id ?? hashed(to),
      userAuthenticatorId: undefined,
      use: 'authentication',
      ipAddress: undefined,
    },
  })
  const counted = await change(db, row, (now) =>
    now.wrong >= maxWrong || now.verifiedAt !== undefined ? undefined : { ...now, wrong: now.wrong + 1 },
  )
  if (counted === undefined) return noMoreCodes
  if (!deps.oneTimeCodes.matches({ tenantId, challengeId }, code, counted.hash)) return counted.wrong >= maxWrong ? noMoreCodes : wrongCode
  const passed = await change(
    db,
    row,
    // Replaced or answered meanwhile: no longer the code that was judged.
    (now) => (now.verifiedAt !== undefined || now.hash !== counted.hash ? undefined : { ...now, verifiedAt: at }),
    at + codeLifetimeMs,
  )
  if (passed === undefined) return wrongCode
  await guess.wasRight(db)
  return { isVerified: true, [method.destination]: to, verificationMethod: method.name }
}

/**
 * Makes a challenge that was answered the proof of a user: it passes the instance that was tracked under its key, or becomes an instance of its own where the
 * action takes a sign-in that was not tracked. The address becomes an authenticator of the user, as one that the application has verified itself. Refuses one that was not answered, is claimed already, or was asked for another user; and an action whose rules
 * demand more than such a code shows (OT-09, TX-05).
 */
export async function claimServerChallenge(
  deps: ServerChallengeDeps,
  tenant: Tenant,
  methods: readonly CodeMethod[],
  { challengeId, userId, actor }: { challengeId: string; userId: string; actor: Actor },
): Promise<{ token: string; verificationMethod: string }> {
  const { store } = deps
  const { tenantId } = tenant
  const at = deps.clock()
  const row = await findServerChallenge(store.db, tenantId, challengeId, at)
  if (row === undefined) throw new ApiError('invalid_request', 'the challenge is unknown, has expired or was already claimed')
  const details = detailsOf(row)
  if (details.verifiedAt === undefined) throw new ApiError('invalid_request', 'the challenge was not verified')
  if (row.user_id !== null && row.user_id !== userId) throw new ApiError('invalid_request', 'the challenge was asked for another user')
  const method = methodOf(methods, details)
  loadMethodSettings(tenant, method.name)
  const action = row.action_code ?? ''
  const idempotencyKey = row.idempotency_key ?? ''
  const named = { tenantId, userId, action, idempotencyKey }
  const instance = await store.findInstance(named)
  if (instance === undefined) {
    refuseUntracked(tenant, action)
    const only = tenant.actions.get(action)?.definition.verificationMethods ?? []
    if (only.length > 0 && !only.includes(method.name)) throw wrongMethod(method)
  } else await loadDemands(store.db, tenant, instance, method)
  const bound = await listAuthenticators(store.db, tenantId, userId)
  const own = bound.find((one) => one.verification_method === method.name && destinationOf(method, one) === details.to)
  const userAuthenticatorId = own?.user_authenticator_id ?? challengeId
  const url = confirmationUrlOf(tenant, action)
  let confirmation: Confirmation | undefined
  if (url !== undefined) {
    confirmation = await confirmPassed(deps, tenant, url, named, { verificationMethod: method.name, userAuthenticatorId })
    if (!confirmation.isConfirmed) throw new ApiError('invalid_credential', 'the application did not confirm this challenge')
  }
  try {
    const { instance: passed, told } = await store.transaction({ tenantId, userId }, async (tx) => {
      await ensureUser(tx.db, tenantId, userId, at)
      const user = own === undefined ? await findUser(tx.db, tenantId, userId) : undefined
      const freeze = enrolmentFreeze(user)
      if (freeze !== undefined) throw freeze
      const recorded = await recordPassed(
        deps,
        tx,
        {
          tenant,
          token: undefined,
          method,
          challenge: {
            ...{ tenantId, challengeId, kind: challengeKind(method.name, 'authentication'), userId, actionCode: action, idempotencyKey },
            ...{ expiresAt: row.expires_at, createdAt: row.created_at },
          },
          key: instance === undefined ? undefined : named,
          signInKey: idempotencyKey,
          isUsedUp: true,
          confirmation,
          authenticator: { userId, userAuthenticatorId },
          async advance(db) {
            if (!(await consumeChallenge(db, row, at))) return 'claimed'
            if (own === undefined) await bindClaimed(deps, db, { tenantId, userId, userAuthenticatorId }, method, details.to, actor, at)
            return undefined
          },
          deviceId: details.deviceId,
          userAgent: details.userAgent,
          ipAddress: details.ipAddress ?? actor.ipAddress ?? '',
        },
        { userVerified: false, isDeviceBound: false },
        at,
      )
      const formerEmail = method.destination === 'email' && user?.email_verified === 1 ? user.email : undefined
      const event = { kind: 'authenticator_added', userId, at, method: method.name, formerEmail, instance: recorded.instance } as const
      const added = own === undefined ? await deps.notices.prepare(tx.db, tenant, event) : undefined
      return { instance: recorded.instance, told: [recorded.notice, added] }
    })
    for (const notice of told) notice?.send()
    const token = await issueToken(tenant, deps.config.issuer, {
      ...{
        kind: 'result',
        userId,
        actionCode: passed.action,
        idempotencyKey: passed.idempotencyKey,
        scope: resultScope,
        jti: deps.newId(),
        at,
      },
      basis: { createdAt: passed.createdAt, state: passed.state, isEnrolled: true, provedBy: userAuthenticatorId },
    })
    return { token, verificationMethod: method.name }
  } catch (error) {
    if (!(error instanceof UndoneAnswer)) throw error
    throw error.reason === null ? notWaiting() : new ApiError('invalid_request', 'the challenge was already claimed')
  }
}

async function bindClaimed(
  deps: Pick<ServerChallengeDeps, 'newId'>,
  db: Db,
  owner: AuthenticatorOwner,
  method: CodeMethod,
  to: string,
  actor: Actor,
  at: number,
): Promise<void> {
  const columns = { details: { [method.destination]: to }, last_verified_at: at }
  await db
    .insertInto('authenticators')
    .values(toAuthenticatorRow(owner, method.name, columns, at))
    .execute()
  await keepDestination(db, owner, method, to, at)
  await recordAuthenticatorChange(db, deps.newId(), {
    ...owner,
    at,
    actor,
    event: 'authenticator.created',
    verificationMethod: method.name,
  })
}

export interface ChallengeFilter {
  challengeId?: string | undefined
  userId?: string | undefined
  action?: string | undefined
  verificationMethod?: string | undefined
}

/** The latest challenge of the server API that can still be answered or claimed; `undefined`: there is none. */
export async function findLatestChallenge(
  { store, clock }: Pick<ServerChallengeDeps, 'store' | 'clock'>,
  { tenantId }: Tenant,
  methods: readonly CodeMethod[],
  { challengeId, userId, action, verificationMethod }: ChallengeFilter,
) {
  let query = store.db
    .selectFrom('challenges')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('kind', '=', kind)
    .where('consumed_at', 'is', null)
    .where('expires_at', '>', clock())
  if (challengeId !== undefined) query = query.where('challenge_id', '=', challengeId)
  if (userId !== undefined) query = query.where('user_id', '=', userId)
  if (action !== undefined) query = query.where('action_code', '=', action)
  const rows = await query.orderBy('created_at', 'desc').limit(100).execute()
  const row = rows.find((one) => verificationMethod === undefined || detailsOf(one).verificationMethod === verificationMethod)
  if (row === undefined) return undefined
  const details = detailsOf(row)
  return {
    challengeId: row.challenge_id,
    expiresAt: Math.floor(row.expires_at / 1000),
    verificationMethod: details.verificationMethod,
    [methodOf(methods, details).destination]: details.to,
    action: row.action_code ?? undefined,
  }
}

async function findAddress(db: Db, tenantId: string, userId: string, method: CodeMethod): Promise<string | undefined> {
  const bound = await listAuthenticators(db, tenantId, userId)
  const own = bound.findLast(({ verification_method }) => verification_method === method.name)
  if (own !== undefined) return destinationOf(method, own)
  const user = await findUser(db, tenantId, userId)
  return (method.destination === 'email' ? user?.email : user?.phone_number) ?? undefined
}

function findServerChallenge(db: Db, tenantId: string, challengeId: string, at: number): Promise<ChallengeRow | undefined> {
  return db
    .selectFrom('challenges')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('challenge_id', '=', challengeId)
    .where('kind', '=', kind)
    .where('consumed_at', 'is', null)
    .where('expires_at', '>', at)
    .executeTakeFirst()
}

/** Changes what is kept, exactly once whoever else changes it: `undefined` when `next` has nothing to change any more. */
async function change(
  db: Db,
  { tenant_id, challenge_id }: ChallengeRow,
  next: (now: ServerDetails) => ServerDetails | undefined,
  expiresAt?: number,
): Promise<ServerDetails | undefined> {
  for (;;) {
    const row = await db
      .selectFrom('challenges')
      .select('details')
      .where('tenant_id', '=', tenant_id)
      .where('challenge_id', '=', challenge_id)
      .where('consumed_at', 'is', null)
      .executeTakeFirst()
    const after = row && next(JSON.parse(row.details) as ServerDetails)
    if (row === undefined || after === undefined) return undefined
    const { numUpdatedRows } = await db
      .updateTable('challenges')
      .set({ details: JSON.stringify(after), ...(expiresAt !== undefined && { expires_at: expiresAt }) })
      .where('tenant_id', '=', tenant_id)
      .where('challenge_id', '=', challenge_id)
      .where('details', '=', row.details)
      .executeTakeFirst()
    if (numUpdatedRows === 1n) return after
  }
}

function detailsOf({ details }: Pick<ChallengeRow, 'details'>): ServerDetails {
  return JSON.parse(details) as ServerDetails
}

function methodOf(methods: readonly CodeMethod[], { verificationMethod }: Pick<ServerDetails, 'verificationMethod'>): CodeMethod {
  const method = isVerificationMethod(verificationMethod) && methods.find(({ name }) => name === verificationMethod)
  if (!method) throw new ApiError('invalid_configuration', `${verificationMethod} sends no codes here`)
  return method
}
