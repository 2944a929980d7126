import type { Store } from '../../src/storage/store.ts'
import { type KnownUser, nameOf } from './known-user.ts'

/** Compares with the store what no client gets to see: signature counters, the audit log, and what was counted of each user. Nothing may be under way. */
export async function checkStore(store: Store, users: readonly KnownUser[], violate: (violation: string) => void): Promise<void> {
  for (const user of users) {
    const { tenantId } = user.client
    const { userId } = user
    const rows = await store.db
      .selectFrom('authenticators')
      .selectAll()
      .where('tenant_id', '=', tenantId)
      .where('user_id', '=', userId)
      .execute()
    const log = await store.db.selectFrom('audit_log').selectAll().where('tenant_id', '=', tenantId).where('user_id', '=', userId).execute()
    const entriesOf = (event: string, id: string) => log.filter((entry) => entry.event === event && entry.details.includes(id)).length
    for (const row of rows) {
      const known = user.authenticators.find(({ device }) => device.credentialId === row.credential_id)
      if (known === undefined) violate(`${nameOf(user)} has an authenticator on record that nobody asked for`)
      else if (row.sign_count < known.acceptedCount || row.sign_count > known.madeCount) {
        violate(`I8: a counter of ${nameOf(user)} is ${row.sign_count}, accepted was ${known.acceptedCount}, made ${known.madeCount}`)
      }
      const [created, deleted] = [
        entriesOf('authenticator.created', row.user_authenticator_id),
        entriesOf('authenticator.deleted', row.user_authenticator_id),
      ]
      if (created !== 1) violate(`I6: an authenticator of ${nameOf(user)} was put on record ${created} times`)
      if (deleted !== (row.removed_at === null ? 0 : 1)) violate(`I6: a removal of ${nameOf(user)} was put on record ${deleted} times`)
    }
    const created = log.filter(({ event }) => event === 'authenticator.created').length
    if (created !== rows.length) violate(`I6: ${nameOf(user)} has ${rows.length} authenticators and ${created} entries of them`)
  }
}

/** Velocity counts each decision of a user once, and none that was undone. `actions24h` counts the asking one too. */
export async function checkCounts(user: KnownUser, violate: (violation: string) => void): Promise<void> {
  const { client, userId } = user
  const idempotencyKey = `${client.tenantId}.${userId}.count.${user.next++}`
  const tracked = await client.asServer('POST', `/users/${userId}/actions/count`, { idempotencyKey })
  const shown = await client.asServer('GET', `/users/${userId}/actions/count/${idempotencyKey}`)
  const listed = await client.asServer('GET', `/users/${userId}/actions?limit=1000`)
  if (!tracked.known || !shown.known || !listed.known) return violate(`the counts of ${nameOf(user)} cannot be read`)
  const output = shown.body.output as { signals?: Record<string, unknown> } | undefined
  const counted = output?.signals?.['velocity.actions24h']
  const decided = (listed.body as unknown as unknown[]).length
  if (counted !== decided) violate(`I7: ${nameOf(user)} has ${decided} actions, and ${String(counted)} were counted`)
}
