import { z } from 'zod'
import type { ConfiguredAction, Tenant } from '../configuration/tenant.ts'
import { toIso } from '../http/iso-time.ts'
import { outcome } from '../rules/rule-json.ts'
import { windowFields } from './action-path.ts'
import { labelCounts } from './backtest-json.ts'
import { historyWindow } from './history-window.ts'
import type { RunBacktestDeps } from './run-backtest.ts'

export const shadowQuery = z.strictObject(windowFields)

const count = z.int()

export const shadowReply = z
  .object({
    from: z.string(),
    to: z.string(),
    instances: count,
    rules: z.array(
      z.object({
        ruleId: z.string(),
        name: z.string().optional().meta({ description: 'Absent: the rule is no longer in the policy.' }),
        outcome: outcome.optional().meta({ description: 'The outcome it would have given.' }),
        mode: z.enum(['active', 'shadow', 'off']).optional(),
        matches: count,
        wouldChange: count.meta({ description: 'Matches that no earlier rule decided and whose outcome differs.' }),
        insteadOf: z.object({ ALLOW: count, CHALLENGE: count, REVIEW: count, BLOCK: count }),
        usersAffected: count,
        usersAffectedIsAtLeast: z.boolean(),
        labels: labelCounts,
        firstAt: z.string().nullable(),
        lastAt: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'ShadowCounts' })

/** How often each shadow rule would have matched in a window, and what it would have changed. */
export async function countShadow(
  { workers, clock }: RunBacktestDeps,
  tenant: Tenant,
  action: ConfiguredAction,
  query: z.infer<typeof shadowQuery>,
  signal: AbortSignal,
): Promise<z.infer<typeof shadowReply>> {
  const window = historyWindow(query, clock())
  const job = { kind: 'shadow', tenantId: tenant.tenantId, action: action.actionCode, ...window, inForce: action.definition } as const
  const { instances, rules } = await workers.run<'shadow'>(job, { signal })
  return {
    from: toIso(window.from),
    to: toIso(window.to),
    instances,
    rules: rules.map((rule) => ({ ...rule, firstAt: toIso(rule.firstAt) ?? null, lastAt: toIso(rule.lastAt) ?? null })),
  }
}
