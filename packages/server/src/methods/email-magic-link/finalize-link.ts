import { listAuthenticators } from '../../authenticators/list-authenticators.ts'
import { challengeKind } from '../../challenges/challenge-row.ts'
import type { CodeReply } from '../../challenges/code-reply.ts'
import { loadMethodSettings } from '../../configuration/method-settings.ts'
import type { Tenant } from '../../configuration/tenant.ts'
import type { Db } from '../../storage/store.ts'
import type { TokenClaims } from '../../tokens/challenge-token.ts'
import { loadTokenInstance } from '../../tokens/load-token-instance.ts'
import { type AnswerCodeDeps, type AnsweredMethod, type Answerer, answerOpenCode } from '../one-time-code/answer-code.ts'
import { codeDetailsOf, findOpenCode, findSentCodes } from '../one-time-code/code-rows.ts'
import { emailMagicLinkName } from './email-magic-link-name.ts'
import type { LinkDetails } from './mailed-link.ts'

/** A press is no guess: whoever presses has the link. */
const pressed: AnsweredMethod = { ...emailMagicLinkName, isGuessable: undefined, destination: 'email' }

const waiting: CodeReply = { isVerified: false }
const over: CodeReply = { isVerified: false, failureReason: 'CODE_INVALID_OR_EXPIRED' }

/** Answers the browser that waits for a link: passes the challenge, or binds the address, once the button was pressed. */
export async function finalizeLink(deps: AnswerCodeDeps, tenant: Tenant, token: TokenClaims, answerer: Answerer): Promise<CodeReply> {
  loadMethodSettings(tenant, emailMagicLinkName.name)
  const open = await findOpenCode(deps.store.db, token, emailMagicLinkName, deps.clock())
  if (open === undefined) return (await wasTypedIn(deps, token)) ? { isVerified: true } : over
  if ((codeDetailsOf(open) as LinkDetails).pressedAt === undefined) return waiting
  return answerOpenCode(deps, tenant, token, pressed, open, { text: 'pressed', isRight: () => true, ...answerer })
}

/** Whether the code of the last link was typed in. Its answer held the token, and this one ends the waiting. */
async function wasTypedIn({ store, clock }: Pick<AnswerCodeDeps, 'store' | 'clock'>, token: TokenClaims): Promise<boolean> {
  const { db } = store
  const [last] = await findSentCodes(db, token, emailMagicLinkName)
  if (last === undefined) return false
  const { userAuthenticatorId, pressedAt } = codeDetailsOf(last) as LinkDetails
  if (pressedAt !== undefined) return false
  if (last.kind === challengeKind(emailMagicLinkName.name, 'registration')) return isBound(db, token, last.challenge_id)
  const { state, verificationMethod, verifiedByAuthenticatorId } = await loadTokenInstance(store, token, clock())
  return (
    state === 'CHALLENGE_SUCCEEDED' && verificationMethod === emailMagicLinkName.name && verifiedByAuthenticatorId === userAuthenticatorId
  )
}

async function isBound(db: Db, { tenantId, userId }: TokenClaims, id: string): Promise<boolean> {
  return (await listAuthenticators(db, tenantId, userId)).some(({ user_authenticator_id }) => user_authenticator_id === id)
}
