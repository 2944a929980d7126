import { systemActor } from '../audit/actor.ts'
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
    const note = { at, actor: systemActor('first track'), message: 'tracked for the first time' }
    return { ...(await writePolicyVersion(db, tenantId, wanted, note)), isNew: true }
  })
}
