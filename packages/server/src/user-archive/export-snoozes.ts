import type { PolicyDefinition } from '@sallyport/engine'
import { toIso } from '../http/iso-time.ts'
import type { Db } from '../storage/store.ts'

/** A rule that is, or was, silenced for a user. */
export interface ExportedSnooze {
  actionCode: string
  rule: string
  until: string
  reason: string
  by?: string
}

/** Every snooze of a user in any version of a policy, each once. */
export async function exportSnoozes(db: Db, tenantId: string, userId: string): Promise<ExportedSnooze[]> {
  const rows = await db
    .selectFrom('policy_versions')
    .where('tenant_id', '=', tenantId)
    .where('has_snoozes', '=', 1)
    .orderBy('action_code')
    .orderBy('version')
    .select(['action_code', 'definition'])
    .execute()
  const found = new Map<string, ExportedSnooze>()
  for (const { action_code: actionCode, definition } of rows) {
    const { rules }: PolicyDefinition = JSON.parse(definition)
    for (const { ruleId, name: rule, snoozes = [] } of rules) {
      for (const { userId: of, until, reason, by } of snoozes) {
        if (of !== userId) continue
        found.set(JSON.stringify([actionCode, ruleId, until, reason]), { actionCode, rule, until: toIso(until), reason, ...(by && { by }) })
      }
    }
  }
  return [...found.values()]
}
