import { createAdminAccessPurge } from '../admins/purge-admin-access.ts'
import { eraseAuditEntries } from '../audit/erase-audit-entries.ts'
import { createChallengePurge } from '../challenges/purge-challenges.ts'
import type { Config } from '../config.ts'
import { purgeProposals } from '../proposals/purge-proposals.ts'
import type { Purge } from '../retention/purge.ts'
import type { PurgeDeps } from '../retention/purge-expired.ts'
import { forgetClaims } from '../review-claims/review-claim.ts'
import { createSessionPurge } from '../sessions/purge-sessions.ts'
import { createConsumedTokenPurge } from '../tokens/purge-consumed-tokens.ts'
import { purgeUnlearnings } from '../unlearning/purge-unlearnings.ts'
import { type ForgetListVersions, forgetListVersions } from '../value-lists/forget-list-versions.ts'

const day = 24 * 60 * 60 * 1000

/** Everything that retention erases, in order. 0 days: kept for ever. */
export function listPurges(deps: PurgeDeps & { config: Pick<Config, 'retention'> }): Purge[] {
  const { store, config } = deps
  const { eventDays, auditDays } = config.retention
  return [
    {
      name: 'actions',
      run: async (at, signal) => {
        let erased = eventDays === 0 ? 0 : await store.forgetBefore(at - eventDays * day, signal)
        for (const { tenantId, days } of await shorterTenants(store, eventDays))
          erased += await store.forgetBefore(at - days * day, signal, tenantId)
        return erased
      },
    },
    {
      name: 'auditEntries',
      run: async (at, signal) => (auditDays === 0 ? 0 : eraseAuditEntries(store, at - auditDays * day, signal)),
    },
    { name: 'listVersions', run: (at) => forgetListVersions(deps, listVersionsToForget(config.retention, at)).then(() => undefined) },
    { name: 'proposals', run: (at) => purgeProposals(store, at) },
    { name: 'unlearnings', run: (at) => purgeUnlearnings(store, at) },
    { name: 'challenges', run: () => createChallengePurge(deps)().then(() => undefined) },
    { name: 'adminAccess', run: () => createAdminAccessPurge(deps)().then(() => undefined) },
    { name: 'reviewClaims', run: (at) => forgetClaims(store.db, at - day) },
    { name: 'userSessions', run: () => createSessionPurge(deps)().then(() => undefined) },
    { name: 'consumedTokens', run: () => createConsumedTokenPurge(deps)().then(() => undefined) },
  ]
}

/** A replay needs the list entries of its decision, so they stay a month longer than decisions: a store that erases whole months may still have some. */
function listVersionsToForget({ eventDays, auditDays }: Config['retention'], at: number): ForgetListVersions {
  const entriesBefore = eventDays === 0 ? undefined : at - (eventDays + 31) * day
  const versionsBefore = eventDays === 0 || auditDays === 0 ? undefined : at - Math.max(eventDays + 31, auditDays) * day
  return { entriesBefore, versionsBefore }
}

/** The tenants that keep events for a shorter time than the server. */
async function shorterTenants({ db }: PurgeDeps['store'], eventDays: number): Promise<{ tenantId: string; days: number }[]> {
  const rows = await db
    .selectFrom('tenants')
    .select(['tenant_id', 'settings'])
    .where('settings', 'like', '%"eventRetentionDays"%')
    .execute()
  return rows.flatMap(({ tenant_id: tenantId, settings }) => {
    const { eventRetentionDays: days } = JSON.parse(settings) as { eventRetentionDays?: number }
    return days !== undefined && (eventDays === 0 || days < eventDays) ? [{ tenantId, days }] : []
  })
}
