import { randomUUID } from 'node:crypto'
import { systemActor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import type { Store } from '../storage/store.ts'
import { type ActionRecord, emptyPolicy, findAction } from './policy-row.ts'
import { writePolicyVersion } from './write-policy-version.ts'

/** `isNew`: nobody had put it on record before. */
export type RecordedAction = ActionRecord & { isNew: boolean }

/**
 * Returns the policy of an action that was tracked before anybody configured it. The first track writes a version that lets everything through, so that
 * the portal lists the action and its decisions can be replayed; what another process wrote first stays. The version of the configuration stays as well:
 * no rule has changed.
 */
export async function putActionOnRecord(store: Store, tenantId: string, actionCode: string, at: number): Promise<RecordedAction> {
  return store.transaction({ tenantId }, async ({ db }) => {
    const known = await findAction(db, tenantId, actionCode)
    if (known !== undefined) return { ...known, isNew: false }
    const wanted = { definition: emptyPolicy(actionCode, 0), settings: {}, isConfigured: false }
    const actor = systemActor('first track')
    const record = await writePolicyVersion(db, tenantId, wanted, { at, actor, message: 'tracked for the first time' })
    const details = { action: actionCode, version: { before: 0, after: record.definition.version } }
    await insertAuditEntry(db, randomUUID(), { tenantId, at, actor, event: 'action.created', details })
    return { ...record, isNew: true }
  })
}
