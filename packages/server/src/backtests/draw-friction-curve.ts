import { findSignal, leastBad } from '@sallyport/engine'
import { z } from 'zod'
import { ApiError } from '../http/api-error.ts'
import { policyContextOf } from '../tenants/load-tenant.ts'
import type { ConfiguredAction, Tenant } from '../tenants/tenant.ts'
import { windowFields } from './action-path.ts'
import { iso, labelCounts } from './backtest-json.ts'
import { historyWindow } from './history-window.ts'
import type { RunBacktestDeps } from './run-backtest.ts'

export const frictionQuery = z.object({
  signal: z
    .string()
    .min(1)
    .max(256)
    .meta({ description: 'A number: `custom.<name>`, a signal such as `ip.reputation`, or `velocity.<name>`.' }),
  direction: z
    .enum(['above', 'below'])
    .default('above')
    .meta({ description: 'What is challenged: what is above the threshold, or below it.' }),
  points: z.coerce.number().int().min(2).max(200).default(50),
  ...windowFields,
})

const share = z.number().nullable()

export const frictionReply = z
  .object({
    from: z.string(),
    to: z.string(),
    signal: z.string(),
    direction: z.enum(['above', 'below']),
    instances: z.int(),
    missing: z.int().meta({ description: 'Instances without a number there.' }),
    labels: labelCounts,
    hasEnoughBad: z.boolean().meta({ description: `At least ${leastBad} instances are known to be bad.` }),
    points: z.array(
      z.object({
        threshold: z.number(),
        challengesPer100: z.number(),
        badCaught: share.meta({ description: 'Of the bad instances, the share it catches. `null`: there are too few to say.' }),
        goodChallenged: share,
      }),
    ),
    notes: z.array(z.string()),
  })
  .meta({ id: 'FrictionCurve' })

/** The curve of one number over a window. Refuses what is no number. */
export async function drawFrictionCurve(
  { workers, clock }: RunBacktestDeps,
  tenant: Tenant,
  action: ConfiguredAction,
  { from, to, ...options }: z.infer<typeof frictionQuery>,
  signal: AbortSignal,
): Promise<z.infer<typeof frictionReply>> {
  refuseOther(tenant, options.signal)
  const window = historyWindow({ from, to }, clock())
  const job = { kind: 'friction', tenantId: tenant.tenantId, action: action.actionCode, ...window, ...options } as const
  const curve = await workers.run<'friction'>(job, { signal })
  const notes = curve.hasEnoughBad
    ? []
    : [`${curve.labels.bad} instances are known to be bad: with fewer than ${leastBad} nothing can be said of what a threshold catches.`]
  return { from: iso(window.from), to: iso(window.to), ...curve, notes }
}

function refuseOther(tenant: Tenant, name: string): void {
  const type = findSignal(name)?.definition.type ?? declaredType(tenant, name)
  if (type === undefined) throw new ApiError('invalid_request', `unknown signal \`${name.slice(0, 64)}\``)
  if (type !== 'number') throw new ApiError('invalid_request', `\`${name.slice(0, 64)}\` is not a number`)
}

function declaredType(tenant: Tenant, name: string): string | undefined {
  if (name.startsWith('custom.')) return ofModel('action', name.slice('custom.'.length))
  if (name.startsWith('user.custom.')) return ofModel('user', name.slice('user.custom.'.length))
  const feature = name.startsWith('velocity.') ? name.slice('velocity.'.length) : undefined
  return policyContextOf(tenant).features?.some((declared) => declared.name === feature) ? 'number' : undefined

  function ofModel(modelType: 'action' | 'user', dataPoint: string): string | undefined {
    const declared = tenant.dataPoints.get(dataPoint)
    return declared?.modelType === modelType ? declared.dataType : undefined
  }
}
