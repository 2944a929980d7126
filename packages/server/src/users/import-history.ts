import { isVerificationMethod, learnHistory, type PastSuccess, verificationMethods } from '@sallyport/engine'
import { z } from 'zod'
import { parseAddress } from '../addresses/parse-address.ts'
import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { trustOnFirstUseOf } from '../configuration/trust-on-first-use.ts'
import { storableText } from '../http/identifier.ts'
import { isoTime, toIso } from '../http/iso-time.ts'
import type { Store } from '../storage/store.ts'
import { type TrackedEventDeps, toTrackedEvent } from '../tracked/tracked-event.ts'
import { ensureUser } from '../user-record/user-row.ts'

/** Events of one request. */
export const mostPastEvents = 500
/** What is older has been forgotten anyway. */
const mostDays = 365
const dayMs = 86_400_000

export const pastEvent = z.strictObject({
  time: storableText(40).meta({ description: 'When it happened, in ISO 8601. Within the last 365 days.' }),
  ipAddress: storableText(128).nullish(),
  deviceId: storableText(256).nullish(),
  userAgent: storableText(2048).nullish(),
  verificationMethod: storableText(64)
    .nullish()
    .meta({ description: 'With which verification method the user proved who they are, such as `PASSKEY`. Absent: with none.' }),
})

export type PastEvent = z.infer<typeof pastEvent>

export const importedHistory = z
  .object({
    userId: z.string(),
    dryRun: z.boolean(),
    sentence: z.string(),
    taught: z.int().meta({ description: 'Events that taught the profile something.' }),
    alreadyKnown: z.int().meta({ description: 'Events that are not newer than what was imported before.' }),
    refused: z
      .array(z.object({ index: z.int(), reason: z.string() }))
      .meta({ description: 'Events that cannot be read, by their place in the list.' }),
  })
  .meta({ id: 'ImportedHistory' })

export interface ImportHistoryDeps extends TrackedEventDeps {
  store: Pick<Store, 'transaction'>
  clock: () => number
  newId: () => string
}

/**
 * Teaches a user's profile what the user did well elsewhere, as if each event had ended well here at its time. What was proved counts only where the caller
 * names the verification method. Puts a user on record who is not there yet, since the first event.
 *
 * An event that is not newer than everything imported before teaches nothing, so that the same request may be sent again.
 */
export async function importHistory(
  deps: ImportHistoryDeps,
  tenant: Pick<Tenant, 'tenantId' | 'dataPoints' | 'settings'>,
  { userId, events, dryRun }: { userId: string; events: readonly PastEvent[]; dryRun: boolean },
  actor: Actor,
): Promise<z.infer<typeof importedHistory>> {
  const { tenantId } = tenant
  const now = deps.clock()
  const refused: { index: number; reason: string }[] = []
  const successes = events.flatMap((event, index): PastSuccess[] => {
    const read = readPastEvent(deps, tenant, userId, event, now)
    if (typeof read !== 'string') return [read]
    refused.push({ index, reason: read })
    return []
  })
  const times = successes.map(({ event }) => event.at).sort((a, b) => a - b)
  const firstUse = trustOnFirstUseOf(tenant.settings)
  return deps.store.transaction({ tenantId, userId }, async (tx) => {
    let taught = 0
    await tx.changeEntities(tenantId, [{ kind: 'user', key: userId }], (_, before) => {
      const { entity, hasTaught } = learnHistory(before, successes, firstUse)
      taught = hasTaught.filter((isNew) => isNew).length
      return dryRun ? undefined : entity
    })
    const counts = { taught, alreadyKnown: successes.length - taught, refused: refused.length }
    const [first] = times
    const last = times.at(-1)
    if (!dryRun && taught > 0 && first !== undefined && last !== undefined) {
      await ensureUser(tx.db, tenantId, userId, first)
      const details = { ...counts, from: toIso(first), to: toIso(last) }
      await insertAuditEntry(tx.db, deps.newId(), { tenantId, at: now, actor, event: 'user.history_imported', userId, details })
    }
    return { userId, dryRun, sentence: sentenceOf(counts, dryRun), ...counts, refused }
  })
}

/** Or what is wrong with it. */
function readPastEvent(
  deps: ImportHistoryDeps,
  tenant: Pick<Tenant, 'dataPoints' | 'settings' | 'tenantId'>,
  userId: string,
  { time, ipAddress, verificationMethod, ...attributes }: PastEvent,
  now: number,
): PastSuccess | string {
  const at = isoTime.safeParse(time)
  if (!at.success) return `\`time\` ${at.error.issues[0]?.message ?? 'cannot be read'}`
  if (at.data > now) return '`time` is in the future'
  if (at.data < now - mostDays * dayMs) return `\`time\` is more than ${mostDays} days ago: it would teach nothing`
  const address = ipAddress == null || ipAddress === '' ? null : parseAddress(ipAddress)
  if (address === null && ipAddress != null && ipAddress !== '') return '`ipAddress` is not an IP address'
  if (address === null && !attributes.deviceId && !attributes.userAgent)
    return 'it says nothing: it needs `ipAddress`, `deviceId` or `userAgent`'
  if (verificationMethod != null && verificationMethod !== '' && !isVerificationMethod(verificationMethod)) {
    return `\`verificationMethod\` is none of ${Object.keys(verificationMethods).join(', ')}`
  }
  const key = { tenantId: tenant.tenantId, userId, action: '', idempotencyKey: '' }
  const event = toTrackedEvent(deps, { ...tenant, dataPoints: noDataPoints }, { key, at: at.data }, attributes, address)
  return { event, proof: proofOf(verificationMethod) }
}

/** Nothing of it is custom data. */
const noDataPoints: Tenant['dataPoints'] = new Map()

function proofOf(method: string | null | undefined): PastSuccess['proof'] {
  if (method == null || !isVerificationMethod(method)) return 'success'
  return verificationMethods[method].phishingResistant ? 'phishing_resistant' : 'challenge'
}

function sentenceOf({ taught, alreadyKnown, refused }: { taught: number; alreadyKnown: number; refused: number }, dryRun: boolean): string {
  return `${taught} event(s) ${dryRun ? 'would teach' : 'taught'} the profile, ${alreadyKnown} already known, ${refused} refused.`
}
