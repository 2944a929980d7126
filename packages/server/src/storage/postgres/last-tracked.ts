import { recentInstances } from '../reading-store.ts'
import type { Run, Statement } from './connections.ts'

const selectLast: Statement = {
  name: 'select_last_tracked',
  text: `
    SELECT action, max(created_at) AS at FROM
      (SELECT action, created_at FROM instances WHERE (tenant_id || '') = $1 ORDER BY created_at DESC LIMIT ${recentInstances}) AS recent
    GROUP BY action ORDER BY action`,
}

/** When each action of a tenant was last tracked, by the index of instances by time. */
export async function lastTracked(run: Run, tenantId: string): Promise<ReadonlyMap<string, number>> {
  const { rows } = await run<{ action: string; at: number }>(selectLast, [tenantId])
  return new Map(rows.map(({ action, at }) => [action, Number(at)]))
}
