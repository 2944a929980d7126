import type { Tenant } from '../../configuration/tenant.ts'
import type { Store } from '../../storage/store.ts'
import type { CodeMethod } from './code-method.ts'
import { detailsOf, methodOf, serverKind } from './server-challenge-row.ts'

export interface ChallengeFilter {
  challengeId?: string | undefined
  userId?: string | undefined
  action?: string | undefined
  verificationMethod?: string | undefined
}

/** The latest challenge of the server API that can still be answered or claimed; `undefined`: there is none. */
export async function findLatestChallenge(
  { store, clock }: { store: Pick<Store, 'db'>; clock: () => number },
  { tenantId }: Tenant,
  methods: readonly CodeMethod[],
  { challengeId, userId, action, verificationMethod }: ChallengeFilter,
) {
  let query = store.db
    .selectFrom('challenges')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('kind', '=', serverKind)
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
    ...(details.verificationMethod === 'WHATSAPP' && { smsChannel: 'WHATSAPP' as const }),
    [methodOf(methods, details).destination]: details.to,
    action: row.action_code ?? undefined,
  }
}
