import type { BindableMethod } from '../../authenticators/bindable-method.ts'
import { enrolmentRulesIn } from '../../authenticators/enrolment-settings.ts'
import { listAuthenticators } from '../../authenticators/list-authenticators.ts'
import type { NamedMethod } from '../../authenticators/named-method.ts'
import { toUserAuthenticator } from '../../authenticators/to-user-authenticator.ts'
import { type AnswerChallengeDeps, answerChallenge } from '../../challenges/answer-challenge.ts'
import { type ChallengeRow, challengeKind, consumeChallenge } from '../../challenges/challenge-row.ts'
import { type CodeReply, replyToCode } from '../../challenges/code-reply.ts'
import { type FinishBindingDeps, finishBinding } from '../../challenges/finish-binding.ts'
import type { OneTimeCodes } from '../../challenges/one-time-codes.ts'
import { refuse } from '../../challenges/refusal.ts'
import { UnusableChallenge } from '../../challenges/refused-answer.ts'
import { loadMethodSettings } from '../../configuration/method-settings.ts'
import type { Tenant } from '../../configuration/tenant.ts'
import { ApiError } from '../../errors/api-error.ts'
import type { Db } from '../../storage/store.ts'
import type { TokenClaims } from '../../tokens/challenge-token.ts'
import { isAuthenticatorRemoved } from '../../tokens/is-authenticator-removed.ts'
import type { CodeMethod } from './code-method.ts'
import { codeDetailsOf, findOpenCode } from './code-rows.ts'
import { destinationOf, maxWrongBindings } from './send-for-token.ts'

export interface AnswerCodeDeps extends AnswerChallengeDeps, FinishBindingDeps {
  oneTimeCodes: OneTimeCodes
  methods: readonly BindableMethod[]
}

/** Who answers. */
export interface Answerer {
  deviceId: string | undefined
  userAgent: string | undefined
  ipAddress: string
}

/** What is given as the answer to what was sent. */
interface Given extends Answerer {
  /** Names the answer: the same text is the same answer. */
  text: string
  isRight(): boolean
}

/** What judging has to know of the method that sent something. */
export type AnsweredMethod = NamedMethod & Pick<CodeMethod, 'destination'>

const wrong: CodeReply = { isVerified: false, failureReason: 'CODE_INVALID_OR_EXPIRED' }

/**
 * Judges a code that was typed in: it binds the address, where one is being bound with this token, else it answers the challenge of the token's instance. The
 * client names no challenge; only the code that was sent last for this very instance is good (OT-06, OT-07).
 */
export async function answerCode(
  deps: AnswerCodeDeps,
  tenant: Tenant,
  token: TokenClaims,
  method: CodeMethod,
  { code, ...answerer }: Answerer & { code: string },
): Promise<CodeReply> {
  loadMethodSettings(tenant, method.name)
  const open = await findOpenCode(deps.store.db, token, method, deps.clock())
  if (open === undefined) return wrong
  const place = { tenantId: token.tenantId, challengeId: open.challenge_id }
  const isRight = () => deps.oneTimeCodes.matches(place, code, codeDetailsOf(open).hash)
  return answerOpenCode(deps, tenant, token, method, open, { text: code, isRight, ...answerer })
}

/** Judges an answer to what was sent, when it has been found: see `findOpenCode`. */
export async function answerOpenCode(
  deps: AnswerCodeDeps,
  tenant: Tenant,
  token: TokenClaims,
  method: AnsweredMethod,
  open: ChallengeRow,
  given: Given,
): Promise<CodeReply> {
  const judge = open.kind === challengeKind(method.name, 'registration') ? bindByCode : passByCode
  try {
    return await replyToCode(() => judge(deps, tenant, token, method, open, given))
  } catch (error) {
    // Used or replaced meanwhile, or the address is no longer the user's.
    if (error instanceof UnusableChallenge || (error instanceof ApiError && error.code === 'unknown_credential')) return wrong
    throw error
  }
}

async function bindByCode(
  deps: AnswerCodeDeps,
  tenant: Tenant,
  token: TokenClaims,
  method: AnsweredMethod,
  open: ChallengeRow,
  { isRight, ipAddress }: Given,
): Promise<CodeReply> {
  const { tenantId, userId } = token
  const { to } = codeDetailsOf(open)
  const { row, accessToken } = await finishBinding(deps, tenant, token, {
    method,
    rules: enrolmentRulesIn(loadMethodSettings(tenant, method.name)),
    challengeId: open.challenge_id,
    tries: maxWrongBindings,
    userAuthenticatorId: open.challenge_id,
    ipAddress,
    check: async () =>
      isRight() ? { verified: true, columns: { details: { [method.destination]: to } }, userVerified: false } : refuse('code'),
    alsoBind: (db, at) => keepDestination(db, { tenantId, userId }, method, to, at),
  })
  const userAuthenticator = toUserAuthenticator(deps.methods, row)
  return { isVerified: true, accessToken, userId, userAuthenticatorId: row.user_authenticator_id, userAuthenticator }
}

async function passByCode(
  deps: AnswerCodeDeps,
  tenant: Tenant,
  token: TokenClaims,
  method: AnsweredMethod,
  open: ChallengeRow,
  { text, isRight, ...answerer }: Given,
): Promise<CodeReply> {
  // TK-03: the token of a passed challenge answers no other one.
  if (token.kind !== 'challenge') return wrong
  const { tenantId, userId, actionCode, idempotencyKey } = token
  const { to, userAuthenticatorId } = codeDetailsOf(open)
  const place = { tenantId, challengeId: open.challenge_id }
  const { accessToken, authenticator } = await answerChallenge(deps, tenant, token, {
    method,
    challenge: {
      challengeId: deps.oneTimeCodes.answerId(place, text),
      actionCode,
      idempotencyKey,
      expiresAt: open.expires_at,
      createdAt: open.created_at,
    },
    async find() {
      const row = (await listAuthenticators(deps.store.db, tenantId, userId)).find(
        (bound) => bound.user_authenticator_id === userAuthenticatorId,
      )
      // A code that went to an address which the user has left since proves nothing.
      if (row === undefined || destinationOf(method, row) !== to) return undefined
      return { userId, userAuthenticatorId: row.user_authenticator_id }
    },
    check: async () => (isRight() ? { verified: true, proof: { userVerified: false, isDeviceBound: false } } : refuse('code')),
    async advance(db, { userAuthenticatorId: id }, _proof, at) {
      if (!(await consumeChallenge(db, open, at))) return 'code_used'
      const used = db.updateTable('authenticators').set({ last_verified_at: at })
      await used.where('tenant_id', '=', tenantId).where('user_authenticator_id', '=', id).execute()
      return (await isAuthenticatorRemoved(db, tenantId, id)) ? 'authenticator_removed' : undefined
    },
    ...answerer,
  })
  return { isVerified: true, accessToken, ...authenticator }
}

/** The address is the user's own: it is kept where none was, and known as verified. Another one that is on record stays. */
export async function keepDestination(
  db: Db,
  { tenantId, userId }: { tenantId: string; userId: string },
  { destination }: Pick<CodeMethod, 'destination'>,
  to: string,
  at: number,
): Promise<void> {
  const column = destination === 'email' ? 'email' : 'phone_number'
  await db
    .updateTable('users')
    .set(
      destination === 'email'
        ? { email: to, email_verified: 1, updated_at: at }
        : { phone_number: to, phone_number_verified: 1, updated_at: at },
    )
    .where('tenant_id', '=', tenantId)
    .where('user_id', '=', userId)
    .where((eb) => eb.or([eb(column, 'is', null), eb(column, '=', to)]))
    .execute()
}
