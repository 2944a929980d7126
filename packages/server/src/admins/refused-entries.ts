import { type Actor, adminActor } from '../audit/actor.ts'
import { insertAuditEntry, serverChain } from '../audit/insert-audit-entry.ts'
import { type Counted, createRefusalRecord, type RefusalRecord, type RefusalRecordDeps } from '../audit/refusal-record.ts'
import { toIso } from '../http/iso-time.ts'
import type { Db, Store } from '../storage/store.ts'
import { findAdmin } from './find-admin.ts'

/** Somebody who was not let in to the portal. */
export interface RefusedEntry {
  way: 'set_up' | 'passkey' | 'recovery_code'
  ipAddress: string
  reason: string
  /** Whose passkey or code it was. */
  holder: { tenantId: string; adminId: string } | undefined
}

/** Puts refused sign-ins on record, without letting anybody fill the store with them. */
export type RefusedEntries = RefusalRecord<RefusedEntry>

export interface RefusedEntriesDeps extends RefusalRecordDeps {
  store: Pick<Store, 'db' | 'transaction'>
  newId: () => string
}

/** Creates the record. What concerns a known admin is written to the audit log of the admin's tenant, all else to the server's. */
export function createRefusedEntries(deps: RefusedEntriesDeps): RefusedEntries {
  return createRefusalRecord<RefusedEntry>(deps, {
    noun: 'sign-ins to the portal',
    nameOf: ({ way, reason, holder }) => JSON.stringify([way, reason, holder?.tenantId, holder?.adminId]),
    withoutDetail: (refused) => ({ ...refused, reason: 'several', holder: undefined }),
    write: (refused, ipAddress, at) => writeEntries(deps, refused, ipAddress, at),
  })
}

async function writeEntries(deps: RefusedEntriesDeps, refused: readonly Counted<RefusedEntry>[], ipAddress: string, at: number) {
  for (const { way, reason, holder, count, since } of refused) {
    const tenantId = holder?.tenantId ?? serverChain
    const details = { way, reason, count, since: toIso(since) }
    await deps.store.transaction({ tenantId }, async ({ db }) => {
      const actor = holder === undefined ? unknownVisitor(ipAddress) : await actorOf(db, holder, ipAddress)
      await insertAuditEntry(db, deps.newId(), { tenantId, at, actor, event: 'admin.sign_in_refused', details })
    })
  }
}

function unknownVisitor(ipAddress: string): Actor {
  return { kind: 'system', name: 'unknown visitor', ipAddress }
}

async function actorOf(db: Db, { tenantId, adminId }: NonNullable<RefusedEntry['holder']>, ipAddress: string): Promise<Actor> {
  const admin = await findAdmin(db, tenantId, adminId)
  return adminActor({ adminId, name: admin?.name ?? 'removed' }, ipAddress)
}
