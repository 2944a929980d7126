import type { Instance } from '@sallyport/engine'
import type { AuthenticatorDetails, AuthenticatorRow } from '../../authenticators/authenticator-row.ts'
import { enrolmentRulesIn } from '../../authenticators/enrolment-settings.ts'
import { enrolledMethods, listAuthenticators } from '../../authenticators/list-authenticators.ts'
import { type BeginBindingDeps, beginBinding } from '../../challenges/begin-binding.ts'
import { instanceMethods } from '../../challenges/challenge-methods.ts'
import { challengeKind, insertChallenge } from '../../challenges/challenge-row.ts'
import { codeLifetimeMs, type OneTimeCodes } from '../../challenges/one-time-codes.ts'
import { beginChallenge } from '../../challenges/open-instance.ts'
import { countWrongBindings } from '../../challenges/wrong-bindings.ts'
import { findPolicyDefinition } from '../../configuration/find-policy-definition.ts'
import { loadMethodSettings } from '../../configuration/method-settings.ts'
import type { Tenant } from '../../configuration/tenant.ts'
import { ApiError } from '../../errors/api-error.ts'
import { describeApproved } from '../../notices/describe-approved.ts'
import type { TokenClaims } from '../../tokens/challenge-token.ts'
import { loadTokenInstance } from '../../tokens/load-token-instance.ts'
import { findUser } from '../../user-record/user-row.ts'
import type { CodeMethod, Sender } from './code-method.ts'
import { type CodeDetails, type MadeCode, replaceOlderCodes, withdrawCode } from './code-rows.ts'
import { codeLengthOf } from './code-settings.ts'
import { type SendCodeDeps, sendCode } from './send-code.ts'

export interface SendForTokenDeps extends SendCodeDeps, Omit<BeginBindingDeps, 'store'> {
  oneTimeCodes: OneTimeCodes
  config: { publicUrl: string }
  newId: () => string
}

/** Wrong codes by which one action instance may try to bind an authenticator (OT-06). */
export const maxWrongBindings = 5

/**
 * Sends a code that binds the address to the user of the token. The authenticator is there when the code was typed in (EN-05); its id is known before. When the
 * code could not be sent, an earlier one stays good.
 */
export async function sendBindingCode(
  deps: SendForTokenDeps,
  tenant: Tenant,
  token: TokenClaims,
  method: CodeMethod,
  text: string,
  sender: Sender,
): Promise<{ userAuthenticatorId: string; userId: string }> {
  const settings = loadMethodSettings(tenant, method.name)
  const to = method.readDestination(settings, text)
  const { tenantId, userId } = token
  const challengeId = deps.newId()
  const code = deps.oneTimeCodes.draw(codeLengthOf(settings))
  const place = { tenantId, challengeId }
  const link = method.link?.make(deps, place, code, sender)
  const binder = {
    tenant_id: tenantId,
    user_id: userId,
    kind: challengeKind(method.name, 'registration'),
    action_code: token.actionCode,
    idempotency_key: token.idempotencyKey,
  }
  const tooMany = (await countWrongBindings(deps.store.db, binder)) >= maxWrongBindings
  const locale = await beginBinding(deps, token, method, enrolmentRulesIn(settings), (user, bound) => {
    if (tooMany) throw new ApiError('invalid_request', 'too many wrong codes were tried with this action: track another one')
    if (bound.some((row) => row.verification_method === method.name && destinationOf(method, row) === to)) {
      throw new ApiError('already_exists', `this ${method.destination === 'email' ? 'mail address' : 'phone number'} is already bound`)
    }
    const details: CodeDetails = { hash: deps.oneTimeCodes.hash(place, code), to, ...link?.details }
    return { challengeId, text: null, details, lifetimeMs: codeLifetimeMs, reply: user.locale ?? undefined }
  })
  await sendOrWithdraw(deps, { ...binder, challenge_id: challengeId }, (at) =>
    sendCode(deps, tenant, method, settings, {
      to,
      code,
      url: link?.url,
      userId,
      actionCode: token.actionCode,
      idempotencyKey: token.idempotencyKey,
      userAgent: sender.userAgent,
      ipAddress: sender.ipAddress,
      locale,
      at,
      expiresAt: at + codeLifetimeMs,
      approved: undefined,
    }),
  )
  return { userAuthenticatorId: challengeId, userId }
}

/**
 * Sends the code that answers the challenge of the token's instance, to the address that the user bound last. Refuses an instance that this method may not answer
 * (TX-05, OT-09), and a user who has no such address.
 */
export async function sendChallengeCode(
  deps: SendForTokenDeps,
  tenant: Tenant,
  token: TokenClaims,
  method: CodeMethod,
  sender: Sender,
): Promise<{ challengeId: string }> {
  const settings = loadMethodSettings(tenant, method.name)
  await beginChallenge(deps, tenant, token, method)
  await deps.purge()
  const { tenantId, userId, actionCode, idempotencyKey } = token
  const { db } = deps.store
  const bound = await listAuthenticators(db, tenantId, userId)
  const authenticator = bound.findLast(({ verification_method }) => verification_method === method.name)
  const address = authenticator && destinationOf(method, authenticator)
  if (authenticator === undefined || address === undefined) throw new ApiError('not_enrolled', `the user has no ${method.noun}`)
  const to = method.readDestination(settings, address)
  const at = deps.clock()
  const instance = await loadTokenInstance(deps.store, token, at)
  const user = await findUser(db, tenantId, userId)
  const challengeId = deps.newId()
  const code = deps.oneTimeCodes.draw(codeLengthOf(settings))
  const place = { tenantId, challengeId }
  const link = method.link?.make(deps, place, code, sender)
  const details: CodeDetails = {
    hash: deps.oneTimeCodes.hash(place, code),
    to,
    userAuthenticatorId: authenticator.user_authenticator_id,
    ...link?.details,
  }
  const row = {
    tenant_id: tenantId,
    challenge_id: challengeId,
    kind: challengeKind(method.name, 'code'),
    user_id: userId,
    action_code: actionCode,
    idempotency_key: idempotencyKey,
    webauthn_challenge: null,
    details: JSON.stringify(details),
    created_at: at,
    expires_at: at + codeLifetimeMs,
    consumed_at: null,
  }
  await insertChallenge(db, row)
  await sendOrWithdraw(deps, row, () =>
    sendCode(deps, tenant, method, settings, {
      to,
      code,
      url: link?.url,
      userId,
      actionCode,
      idempotencyKey,
      userAgent: sender.userAgent,
      ipAddress: sender.ipAddress,
      locale: instance.tracked.locale ?? user?.locale ?? undefined,
      at,
      expiresAt: row.expires_at,
      approved: describeApproved(tenant, instance),
      findOthers: () => otherWays(deps, tenant, instance, bound, method),
    }),
  )
  return { challengeId }
}

/** What else the user has that may answer. */
async function otherWays(
  { store }: Pick<SendForTokenDeps, 'store'>,
  tenant: Tenant,
  instance: Instance,
  bound: readonly AuthenticatorRow[],
  { name }: CodeMethod,
): Promise<readonly string[]> {
  const allowed = instanceMethods(tenant, await findPolicyDefinition(store.db, tenant, instance), instance)
  return enrolledMethods(bound, allowed).filter((other) => other !== name)
}

export function destinationOf(
  { destination }: Pick<CodeMethod, 'destination'>,
  { details }: Pick<AuthenticatorRow, 'details'>,
): string | undefined {
  return (JSON.parse(details) as AuthenticatorDetails)[destination]
}

async function sendOrWithdraw(
  { store, clock }: Pick<SendForTokenDeps, 'store' | 'clock'>,
  made: MadeCode,
  send: (at: number) => Promise<void>,
): Promise<void> {
  try {
    await send(clock())
  } catch (error) {
    await withdrawCode(store.db, made)
    throw error
  }
  await replaceOlderCodes(store.db, made, clock())
}
