import { type FrictionCurve, findSignal, leastBad } from '@sallyport/engine'
import { z } from 'zod'
import { policyContextOf } from '../configuration/load-tenant.ts'
import type { ConfiguredAction, Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import { toIso } from '../http/iso-time.ts'
import { queryFlag } from '../http/query-flag.ts'
import { queryNumber } from '../http/query-number.ts'
import { windowFields } from './action-path.ts'
import { labelCounts } from './backtest-json.ts'
import { notesOnCurve } from './friction-notes.ts'
import { historyWindow } from './history-window.ts'
import type { OneAtATime } from './one-at-a-time.ts'
import type { RunBacktestDeps } from './run-backtest.ts'
import { mostVictims, type SimulateOptions, type SimulatePersonasDeps, type Simulation, simulatePersonas } from './simulate-personas.ts'

export const frictionQuery = z.strictObject({
  signal: z
    .string()
    .min(1)
    .max(256)
    .meta({ description: 'A number: `custom.<name>`, a signal such as `ip.reputation`, or `velocity.<name>`.' }),
  direction: z
    .enum(['above', 'below'])
    .default('above')
    .meta({ description: 'Whether values above or below the threshold are challenged.' }),
  points: queryNumber(z.number().int().min(2).max(200).default(50)),
  personas: queryFlag
    .optional()
    .meta({ description: `Simulate attackers of up to ${mostVictims} users of the window, and say what each threshold stops.` }),
  personaAmount: queryNumber(
    z.number().optional().meta({
      description:
        'The value that simulated attackers send as `custom.<name>` on a curve of that data point. Absent: a value that one in twenty actions of the window exceeds.',
    }),
  ),
  ...windowFields,
})

type FrictionQuery = z.infer<typeof frictionQuery>

const share = z.number().nullable()
const byPersona = <Value extends z.ZodType>(value: Value) => z.object({ naive: value, vpn: value, targeted: value })

export const frictionReply = z
  .object({
    from: z.string(),
    to: z.string(),
    signal: z.string(),
    direction: z.enum(['above', 'below']),
    instances: z.int(),
    missing: z.int().meta({ description: 'Instances in which the signal has no value.' }),
    labels: labelCounts,
    hasEnoughBad: z.boolean().meta({ description: `At least ${leastBad} instances are known to be bad.` }),
    points: z.array(
      z.object({
        threshold: z.number(),
        challengesPer100: z.number(),
        badCaught: share.meta({ description: 'The share of the bad instances above it. `null`: too few to tell.' }),
        goodChallenged: share,
        personasStopped: byPersona(share)
          .optional()
          .meta({ description: 'The share of the simulated attackers of each kind that it stops. `null`: there was none.' }),
      }),
    ),
    personas: z
      .object({
        users: z.int().meta({ description: 'Users that the attackers impersonate.' }),
        amount: z.number().optional().meta({ description: 'What the attackers send as `custom.<name>`.' }),
        missing: byPersona(z.int()).meta({ description: 'Attackers for whom the signal has no value: no threshold stops them.' }),
      })
      .optional()
      .meta({ description: 'The simulation, if requested.' }),
    notes: z.array(z.string()),
  })
  .meta({ id: 'FrictionCurve' })

export type FrictionReply = z.infer<typeof frictionReply>

export interface DrawFrictionCurveDeps extends RunBacktestDeps, SimulatePersonasDeps {
  oneAtATime: OneAtATime
}

/** The curve of one number over a window. Refuses what is no number, and a simulation while another one of the tenant is under way. */
export async function drawFrictionCurve(
  deps: DrawFrictionCurveDeps,
  tenant: Tenant,
  action: ConfiguredAction,
  query: FrictionQuery,
  signal: AbortSignal,
): Promise<FrictionReply> {
  refuseOther(tenant, query.signal)
  if (query.personaAmount !== undefined) refuseAmount(query)
  const { tenantId } = tenant
  const { from, to } = historyWindow(query, deps.clock())
  if (query.personas !== true) return draw()
  return deps.oneAtATime(tenantId, draw)

  async function draw(): Promise<FrictionReply> {
    const { signal: name, direction, points } = query
    const limit = { signal: name, direction }
    const most = query.personas === true ? mostVictims : 0
    const job = { kind: 'friction', tenantId, action: action.actionCode, from, to, ...limit, points, mostVictims: most } as const
    const { victims, extreme, ...curve } = await deps.workers.run<'friction'>(job, { signal })
    const amount = amountOf(query, extreme)
    const thresholds = curve.points.map(({ threshold }) => threshold)
    const options = { tenantId, victims, ...limit, thresholds, custom: customOf(name, amount) }
    const simulation = most === 0 ? undefined : await simulatePersonas(deps, action, options, signal)
    return toReply(curve, simulation, amount)
  }

  function toReply(curve: FrictionCurve, simulation: Simulation | undefined, amount: number | undefined): FrictionReply {
    const reply = { from: toIso(from), to: toIso(to), ...curve, notes: notesOnCurve(curve, simulation, amount) }
    if (simulation === undefined) return reply
    const { users, missing, stopped } = simulation
    return {
      ...reply,
      points: curve.points.map((point, index) => ({ ...point, personasStopped: stopped[index] })),
      personas: { users, amount, missing },
    }
  }
}

/** The refusal of a second simulation of a tenant. */
export function refuseSecondSimulation(): ApiError {
  return new ApiError('too_many_requests', 'a simulation for this tenant is already running; try again when it has finished', {
    retryAfterSeconds: 5,
  })
}

/** The value that the attackers send. `undefined`: the curve is not about a value that the application sends, or no such value is known. */
function amountOf({ signal, personaAmount }: FrictionQuery, extreme: number | null): number | undefined {
  return signal.startsWith('custom.') ? (personaAmount ?? extreme ?? undefined) : undefined
}

function customOf(signal: string, amount: number | undefined): SimulateOptions['custom'] {
  return amount === undefined ? {} : { [signal.slice('custom.'.length)]: amount }
}

function refuseAmount({ signal, personas }: FrictionQuery): void {
  if (personas !== true)
    throw new ApiError('invalid_request', '`personaAmount` applies to simulated attackers: set `personas=true` as well')
  if (!signal.startsWith('custom.')) throw new ApiError('invalid_request', '`personaAmount` works only for a curve of `custom.<name>`')
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
