import type { CodeReply } from '../../challenges/code-reply.ts'
import { codeLifetimeMs, type OneTimeCodes } from '../../challenges/one-time-codes.ts'
import { loadMethodSettings } from '../../configuration/method-settings.ts'
import type { Tenant } from '../../configuration/tenant.ts'
import { hashed } from '../../tries/subject.ts'
import { type TakeGuessDeps, takeGuess } from '../../tries/take-guess.ts'
import type { CodeMethod } from './code-method.ts'
import { changeServerChallenge, detailsOf, findServerChallenge, maxWrong, methodOf } from './server-challenge-row.ts'

export interface VerifyServerChallengeDeps extends TakeGuessDeps {
  oneTimeCodes: OneTimeCodes
}

const wrongCode: CodeReply = { isVerified: false, failureReason: 'CODE_INVALID_OR_EXPIRED' }
const noMoreCodes: CodeReply = { isVerified: false, failureReason: 'MAX_ATTEMPTS_EXCEEDED' }

export type ServerVerdict = CodeReply & { email?: string; phoneNumber?: string; verificationMethod?: string }

/** Judges a code for the application's server. It is right once; each answer counts as wrong before it is judged. */
export async function verifyServerChallenge(
  deps: VerifyServerChallengeDeps,
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
  const counted = await changeServerChallenge(db, row, (now) =>
    now.wrong >= maxWrong || now.verifiedAt !== undefined ? undefined : { ...now, wrong: now.wrong + 1 },
  )
  if (counted === undefined) return noMoreCodes
  if (!deps.oneTimeCodes.matches({ tenantId, challengeId }, code, counted.hash)) return counted.wrong >= maxWrong ? noMoreCodes : wrongCode
  const passed = await changeServerChallenge(
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
