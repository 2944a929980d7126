import type { AuthenticatorRow } from '../../authenticators/authenticator-row.ts'
import type { AuthenticatorSecrets } from '../../authenticators/authenticator-secret.ts'
import { listAuthenticators } from '../../authenticators/list-authenticators.ts'
import type { AnsweringAuthenticator, Proof } from '../../challenges/answer.ts'
import { type AnswerChallengeDeps, answerChallenge, type PassedChallenge } from '../../challenges/answer-challenge.ts'
import { challengeLifetimeMs } from '../../challenges/challenge-row.ts'
import { beginChallenge } from '../../challenges/open-instance.ts'
import { refuse } from '../../challenges/refusal.ts'
import type { Tenant } from '../../configuration/tenant.ts'
import { ApiError } from '../../errors/api-error.ts'
import type { Db } from '../../storage/store.ts'
import type { TokenClaims } from '../../tokens/challenge-token.ts'
import { isAuthenticatorRemoved } from '../../tokens/is-authenticator-removed.ts'
import { schemeOf } from './authenticator-app-details.ts'
import { authenticatorAppName } from './authenticator-app-name.ts'
import { loadAuthenticatorAppSettings } from './authenticator-app-settings.ts'
import { findStep } from './one-time-password.ts'

export interface AnswerCodeDeps extends AnswerChallengeDeps {
  authenticatorSecrets: Pick<AuthenticatorSecrets, 'read'>
}

export interface AnswerCodeInput {
  code: string
  deviceId?: string
  userAgent?: string
  ipAddress: string
}

interface AnsweringApp extends AnsweringAuthenticator {
  /** The time step whose code it was. `undefined`: of none. */
  step: number | undefined
}

interface CodeProof extends Proof {
  step: number
}

/**
 * Answers the challenge of the token's instance with a code, as `answerChallenge` does. Nothing was asked before: the app shows a code at any time, and the
 * token says which instance it is for.
 */
export async function answerCode(
  deps: AnswerCodeDeps,
  tenant: Tenant,
  token: TokenClaims,
  { code, deviceId, userAgent, ipAddress }: AnswerCodeInput,
): Promise<PassedChallenge<AnsweringApp>> {
  loadAuthenticatorAppSettings(tenant)
  const method = authenticatorAppName
  await beginChallenge(deps, tenant, token, method)
  const { actionCode, idempotencyKey } = token
  const app = await findApp(deps, token, code)
  if (app === undefined) throw new ApiError('not_enrolled', `the user has no ${method.noun}`)
  return answerChallenge<AnsweringApp, CodeProof>(deps, tenant, token, {
    method,
    challenge: { challengeId: deps.newId(), actionCode, idempotencyKey, expiresAt: deps.clock() + challengeLifetimeMs },
    find: async () => app,
    check: async ({ step }) =>
      step === undefined ? refuse('code_mismatch') : { verified: true, proof: { userVerified: false, isDeviceBound: false, step } },
    advance: (db, { userAuthenticatorId }, { step }, at) => useUpStep(db, token.tenantId, userAuthenticatorId, step, at),
    deviceId,
    userAgent,
    ipAddress,
  })
}

/** The app whose code it is; of no app, the one bound last. */
async function findApp(
  { store: { db }, authenticatorSecrets, clock }: AnswerCodeDeps,
  { tenantId, userId }: TokenClaims,
  code: string,
): Promise<AnsweringApp | undefined> {
  const apps = (await listAuthenticators(db, tenantId, userId)).filter(isApp)
  const answers: AnsweringApp[] = []
  for (const row of apps) {
    const { user_authenticator_id: id } = row
    const seed = await authenticatorSecrets.read(db, { tenantId, userId, id })
    const step = seed === undefined ? undefined : findStep(seed, schemeOf(row), code, clock())
    answers.push({ userId, userAuthenticatorId: id, step })
  }
  return answers.findLast(({ step }) => step !== undefined) ?? answers.at(-1)
}

function isApp({ verification_method }: AuthenticatorRow): boolean {
  return verification_method === authenticatorAppName.name
}

/**
 * Takes a time step and all before it out of use (OT-01). Answers with why the code does not count after all.
 *
 * INVARIANT: the stored step never goes down, so a code and all older ones are accepted at most once, however many come at once. One statement sees to it.
 */
async function useUpStep(db: Db, tenantId: string, userAuthenticatorId: string, step: number, at: number): Promise<string | undefined> {
  const { numUpdatedRows } = await db
    .updateTable('authenticators')
    .set({ sign_count: step, last_verified_at: at })
    .where('tenant_id', '=', tenantId)
    .where('user_authenticator_id', '=', userAuthenticatorId)
    .where('removed_at', 'is', null)
    .where('sign_count', '<', step)
    .executeTakeFirst()
  if (numUpdatedRows === 1n) return undefined
  return (await isAuthenticatorRemoved(db, tenantId, userAuthenticatorId)) ? 'authenticator_removed' : 'code_used'
}
