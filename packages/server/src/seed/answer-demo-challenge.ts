import type { State } from '@sallyport/engine'
import { challengeKind, challengeLifetimeMs } from '../challenges/challenge-row.ts'
import { type RecordAnswerDeps, type RecordedAnswer, recordAnswer } from '../challenges/record-answer.ts'
import { refuse } from '../challenges/refusal.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { passkeyName } from '../methods/passkey/passkey-name.ts'
import type { TokenClaims } from '../tokens/challenge-token.ts'
import { instanceKeyOf } from '../tokens/find-token-standing.ts'
import { advanceCredential } from '../webauthn/advance-credential.ts'
import type { Credential } from '../webauthn/find-credential.ts'
import { demoAssertion } from './demo-passkey.ts'
import type { PlannedAnswer } from './planned-step.ts'

/** How long a person takes for each answer. */
const answerMs = 12_000
/** The fifth refused answer ends a challenge. */
const refusedAnswers: Record<PlannedAnswer, number> = { passes: 0, retries: 1, gives_up: 0, guesses: 5 }

export interface AnswerPlace {
  ipAddress: string
  deviceId: string
  userAgent: string
}

/**
 * Answers the challenge of a token as planned, with the verdict that a signature would have had: everything that follows from an answer is stored as it
 * always is. Answers with the state that the instance then has; `undefined` when nobody answers.
 */
export async function answerDemoChallenge(
  deps: RecordAnswerDeps,
  tenant: Tenant,
  token: TokenClaims,
  passkey: Credential,
  planned: PlannedAnswer,
  at: number,
  place: AnswerPlace,
): Promise<State | undefined> {
  let now = at
  for (let refused = 0; refused < refusedAnswers[planned]; refused += 1) {
    now += answerMs
    await answer(now, false)
  }
  if (planned === 'gives_up') return undefined
  if (planned === 'guesses') return 'CHALLENGE_FAILED'
  const recorded = await answer(now + answerMs, true)
  return recorded.passed ? recorded.instance.state : undefined

  function answer(answeredAt: number, isGood: boolean): Promise<RecordedAnswer> {
    const { tenantId, userId, actionCode, idempotencyKey } = token
    const challenge = {
      tenantId,
      challengeId: deps.newId(),
      kind: challengeKind(passkeyName.name, 'authentication'),
      userId,
      actionCode,
      idempotencyKey,
      expiresAt: answeredAt - answerMs + challengeLifetimeMs,
    }
    const { user_id, user_authenticator_id } = passkey.row
    const answered = {
      tenant,
      token,
      method: passkeyName,
      challenge,
      key: instanceKeyOf(token),
      signInKey: deps.newId(),
      isUsedUp: false,
      confirmation: undefined,
      authenticator: { userId: user_id, userAuthenticatorId: user_authenticator_id },
      advance: (db: Parameters<typeof advanceCredential>[0], when: number) => advanceCredential(db, passkey, demoAssertion(passkey), when),
      ...place,
    }
    const verdict = isGood ? { verified: true as const, proof: { userVerified: true, isDeviceBound: false } } : refuse('user_not_verified')
    return recordAnswer({ ...deps, clock: () => answeredAt }, answered, verdict)
  }
}
