import type { PolicyDefinition, RuleSnooze } from '@sallyport/engine'
import type { Db } from '../storage/store.ts'
import { bumpConfigVersion } from './bump-config-version.ts'

/**
 * Takes the snoozes of a user who is erased out of every version of every policy, with those of devices that nobody else has, and erases proposals that name
 * them. It is the only change a version ever sees, and no decision that is left rests on it: a snooze concerns nobody else. Runs within the transaction that
 * erases, before the devices are gone. Resolves with whether a version has changed.
 */
export async function endSnoozesOfUser(db: Db, tenantId: string, userId: string): Promise<boolean> {
  const rows = await db
    .selectFrom('policy_versions')
    .where('tenant_id', '=', tenantId)
    .where('has_snoozes', '=', 1)
    .select(['action_code', 'version', 'definition'])
    .execute()
  const proposals = await db
    .selectFrom('proposals')
    .where('tenant_id', '=', tenantId)
    .where('names_snoozed', '=', 1)
    .select(['proposal_id', 'document', 'checked'])
    .execute()
  if (rows.length + proposals.length === 0) return false
  const devices = await devicesOfNobodyElse(db, tenantId, userId)
  const isTheirs = (snooze: RuleSnooze) => snooze.userId === userId || devices.has(snooze.deviceId ?? '')
  for (const { proposal_id, document, checked } of proposals) {
    const isNamed = [userId, ...devices].some((id) => document.includes(JSON.stringify(id)) || checked.includes(inSentence(id)))
    if (!isNamed) continue
    await db.deleteFrom('proposals').where('tenant_id', '=', tenantId).where('proposal_id', '=', proposal_id).execute()
  }
  let isAnyChanged = false
  for (const { action_code, version, definition } of rows) {
    const policy: PolicyDefinition = JSON.parse(definition)
    const after = withoutSnoozes(policy, isTheirs)
    if (after === policy) continue
    isAnyChanged = true
    await db
      .updateTable('policy_versions')
      .set({ definition: JSON.stringify(after), has_snoozes: hasSnoozes(after) })
      .where('tenant_id', '=', tenantId)
      .where('action_code', '=', action_code)
      .where('version', '=', version)
      .execute()
  }
  if (isAnyChanged) await bumpConfigVersion(db, tenantId)
  return isAnyChanged
}

/** For the column of this name. */
export function hasSnoozes({ rules }: PolicyDefinition): 0 | 1 {
  return rules.some(({ snoozes }) => snoozes !== undefined) ? 1 : 0
}

/** As a sentence names it, within JSON. */
function inSentence(id: string): string {
  return JSON.stringify(`\`${id}\``).slice(1, -1)
}

async function devicesOfNobodyElse(db: Db, tenantId: string, userId: string): Promise<ReadonlySet<string>> {
  const own = db.selectFrom('devices').where('tenant_id', '=', tenantId).where('user_id', '=', userId).select('device_id')
  const shared = await db
    .selectFrom('devices')
    .where('tenant_id', '=', tenantId)
    .where('user_id', '!=', userId)
    .where('device_id', 'in', own)
    .select('device_id')
    .execute()
  const ofOthers = new Set(shared.map(({ device_id }) => device_id))
  return new Set((await own.execute()).map(({ device_id }) => device_id).filter((device) => !ofOthers.has(device)))
}

/** The same policy when nothing is taken out. */
function withoutSnoozes(policy: PolicyDefinition, isOut: (snooze: RuleSnooze) => boolean): PolicyDefinition {
  if (!policy.rules.some(({ snoozes }) => snoozes?.some(isOut))) return policy
  const rules = policy.rules.map(({ snoozes = [], ...rule }) => {
    const kept = snoozes.filter((snooze) => !isOut(snooze))
    return kept.length === 0 ? rule : { ...rule, snoozes: kept }
  })
  return { ...policy, rules }
}
