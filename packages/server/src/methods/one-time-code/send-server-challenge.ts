import { listAuthenticators } from '../../authenticators/list-authenticators.ts'
import { type ChallengeRow, insertChallenge } from '../../challenges/challenge-row.ts'
import { codeLifetimeMs, type OneTimeCodes } from '../../challenges/one-time-codes.ts'
import { loadMethodSettings } from '../../configuration/method-settings.ts'
import type { Tenant } from '../../configuration/tenant.ts'
import { ApiError } from '../../errors/api-error.ts'
import type { Db, Store } from '../../storage/store.ts'
import { findUser } from '../../user-record/user-row.ts'
import type { CodeMethod } from './code-method.ts'
import { withdrawCode } from './code-rows.ts'
import { codeLengthOf } from './code-settings.ts'
import { type SendCodeDeps, sendCode } from './send-code.ts'
import { destinationOf } from './send-for-token.ts'
import {
  changeServerChallenge,
  detailsOf,
  findServerChallenge,
  maxWrong,
  methodOf,
  type ServerDetails,
  serverKind,
} from './server-challenge-row.ts'

export interface SendServerChallengeDeps extends SendCodeDeps {
  store: Store
  oneTimeCodes: OneTimeCodes
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

/**
 * Sends a code on the word of the application's server, also to somebody who is no user yet. With a user and no address, to the address that the user bound last,
 * or to the one on record.
 */
export async function startServerChallenge(
  deps: SendServerChallengeDeps,
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
  const row: ChallengeRow = {
    tenant_id: tenantId,
    challenge_id: challengeId,
    kind: serverKind,
    user_id: userId ?? null,
    action_code: actionCode,
    idempotency_key: idempotencyKey,
    webauthn_challenge: null,
    details: JSON.stringify(details),
    created_at: at,
    expires_at: expiresAt,
    consumed_at: null,
  }
  // First, so that no code arrives that nobody can answer.
  await insertChallenge(deps.store.db, row)
  try {
    await sendCode(deps, tenant, method, settings, { ...about, at, expiresAt, approved: undefined })
  } catch (error) {
    await withdrawCode(deps.store.db, row)
    throw error
  }
  return { challengeId, idempotencyKey, expiresAt: Math.floor(expiresAt / 1000) }
}

/** Sends another code for a challenge that was not answered yet. It takes the place of the one before; wrong ones still count (OT-06). */
export async function resendServerChallenge(
  deps: SendServerChallengeDeps,
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
  await changeServerChallenge(db, row, (now) => ({ ...now, hash }), expiresAt)
  return { challengeId, idempotencyKey, expiresAt: Math.floor(expiresAt / 1000) }
}

async function findAddress(db: Db, tenantId: string, userId: string, method: CodeMethod): Promise<string | undefined> {
  const bound = await listAuthenticators(db, tenantId, userId)
  const own = bound.findLast(({ verification_method }) => verification_method === method.name)
  if (own !== undefined) return destinationOf(method, own)
  const user = await findUser(db, tenantId, userId)
  return (method.destination === 'email' ? user?.email : user?.phone_number) ?? undefined
}
