import { decodeSignals, type Entity, type Instance, type PolicyDefinition } from '@sallyport/engine'
import { type DescribedSignals, describeSignals } from '../actions/describe-signals.ts'
import { toInstanceView } from '../actions/instance-json.ts'
import { findPolicyVersion } from '../configuration/find-policy-definition.ts'
import { toDevice } from '../devices/device-json.ts'
import { toIso } from '../http/iso-time.ts'
import type { Db, Store } from '../storage/store.ts'
import { type ExportedSnooze, exportSnoozes } from './export-snoozes.ts'
import { exportUserRow } from './export-users.ts'
import type { ArchivedUserLine } from './user-archive.ts'

/** Everything that is kept of one user, for the user who asks for it. */
export interface ExportedUser {
  tenantId: string
  userId: string
  exportedAt: string
  /** Attributes and authenticators, as `users import` reads them. `null`: only actions are on record. */
  user: ArchivedUserLine | null
  devices: ReturnType<typeof toDevice>[]
  /** Newest first, each with the rules that fired and every value the decision saw. */
  actions: (ReturnType<typeof toInstanceView> & DescribedSignals & Pick<Instance, 'userRead'>)[]
  /** What was learnt from them, as the engine keeps it. */
  profile: Entity | null
  challenges: { challengeId: string; kind: string; actionCode?: string; createdAt: string; expiresAt: string; isAnswered: boolean }[]
  /** Rules that are or were silenced for them. */
  snoozes: ExportedSnooze[]
  auditLog: { at: string; actor: string; event: string; ipAddress?: string; details: unknown }[]
}

/** One user as one document. `undefined`: nothing is known of this user. Read while others write, so what happens meanwhile may be in it or not. */
export async function exportUser(
  deps: { store: Store; clock: () => number },
  tenantId: string,
  userId: string,
): Promise<ExportedUser | undefined> {
  const { store } = deps
  const { db } = store
  const user = await exportUserRow(db, tenantId, userId)
  const instances = await store.listInstances(tenantId, userId, { limit: Number.MAX_SAFE_INTEGER })
  const { entities } = await store.loadSnapshot(tenantId, userId, [{ kind: 'user', key: userId }])
  const devices = await db
    .selectFrom('devices')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('user_id', '=', userId)
    .orderBy('created_at', 'desc')
    .execute()
  const challenges = await db
    .selectFrom('challenges')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('user_id', '=', userId)
    .orderBy('created_at', 'desc')
    .execute()
  const auditLog = await db
    .selectFrom('audit_log')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('user_id', '=', userId)
    .orderBy('at', 'desc')
    .execute()
  const snoozes = await exportSnoozes(db, tenantId, userId)
  if (user === undefined && instances.length + auditLog.length + snoozes.length === 0) return undefined
  const definitions = await definitionsOf(db, instances)
  return {
    tenantId,
    userId,
    exportedAt: toIso(deps.clock()),
    user: user ?? null,
    devices: devices.map(toDevice),
    actions: instances.map((instance) => ({
      ...toInstanceView(instance, definitions.get(policyOf(instance))),
      ...describeSignals(decodeSignals(instance)),
      userRead: instance.userRead,
    })),
    profile: entities.user ?? null,
    challenges: challenges.map((row) => ({
      challengeId: row.challenge_id,
      kind: row.kind,
      actionCode: row.action_code ?? undefined,
      createdAt: toIso(row.created_at),
      expiresAt: toIso(row.expires_at),
      isAnswered: row.consumed_at !== null,
    })),
    snoozes,
    auditLog: auditLog.map((row) => ({
      at: toIso(row.at),
      actor: row.actor,
      event: row.event,
      ipAddress: row.ip_address ?? undefined,
      details: JSON.parse(row.details),
    })),
  }
}

function policyOf({ action, policyVersion }: Pick<Instance, 'action' | 'policyVersion'>): string {
  return JSON.stringify([action, policyVersion])
}

/** The policies that decided, each once: the rules have their names from them. */
async function definitionsOf(db: Db, instances: readonly Instance[]): Promise<Map<string, PolicyDefinition>> {
  const found = new Map<string, PolicyDefinition>()
  for (const instance of new Map(instances.map((one) => [policyOf(one), one])).values()) {
    const definition = await findPolicyVersion(db, instance)
    if (definition !== undefined) found.set(policyOf(instance), definition)
  }
  return found
}
