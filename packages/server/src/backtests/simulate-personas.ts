import { setTimeout as rest } from 'node:timers/promises'
import {
  createPersonaCounter,
  crowdOf,
  deriveSignals,
  entitiesOf,
  isAccepted,
  type PersonaStops,
  personaEvents,
  personas,
  type Snapshot,
  type TrackedEvent,
  usualEvent,
  type Victim,
} from '@sallyport/engine'
import type { ConfiguredAction } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Store } from '../storage/store.ts'

/** Users that attackers pretend to be, at most: a share of them is good to a few hundredths. */
export const mostVictims = 500

/** Between two users live traffic has the thread for itself, ten times as long as one takes. */
const restMs = 3

export interface Simulation extends PersonaStops {
  /** Users whom attackers pretended to be. */
  users: number
  /** Of them, those of whom no address is sent that shows a place. */
  withoutPlace: number
  withoutUserAgent: number
}

export interface SimulatePersonasDeps {
  store: Pick<Store, 'findInstance' | 'loadSnapshot'>
  clock: () => number
}

export interface SimulateOptions {
  tenantId: string
  victims: readonly Victim[]
  /** The number that is limited, and on which side of a threshold an action is stopped. */
  signal: string
  direction: 'above' | 'below'
  thresholds: readonly number[]
  /** Custom data that the attackers send in place of the user's. */
  custom: TrackedEvent['custom']
}

/**
 * What thresholds on one number would stop of each persona, by what is remembered now of the users they pretend to be. Nothing is stored, counted or
 * learnt. Refuses when `signal` is aborted in the middle of it.
 */
export async function simulatePersonas(
  { store, clock }: SimulatePersonasDeps,
  { policy, actionCode }: ConfiguredAction,
  { tenantId, victims, custom, thresholds, ...limit }: SimulateOptions,
  signal: AbortSignal,
): Promise<Simulation> {
  const now = clock()
  const usual: { event: TrackedEvent; remembered: Snapshot }[] = []
  for (const { userId, idempotencyKey } of victims) {
    await pause(signal)
    const instance = await store.findInstance({ tenantId, userId, action: actionCode, idempotencyKey })
    // Erased or disputed since it was sampled.
    if (instance === undefined || !isAccepted(instance)) continue
    const remembered = await store.loadSnapshot(tenantId, userId, [{ kind: 'user', key: userId }])
    const event = usualEvent(instance, remembered, now)
    usual.push({ event: { ...event, custom: Object.assign(Object.create(null), event.custom, custom) }, remembered })
  }
  const crowd = crowdOf(usual.map(({ event }) => event))
  const counter = createPersonaCounter(limit)
  for (const { event, remembered } of usual) {
    await pause(signal)
    const events = personaEvents(event, remembered, crowd)
    for (const persona of personas) {
      const refs = entitiesOf(events[persona], policy.context.features)
      counter.add(persona, deriveSignals(policy, await store.loadSnapshot(tenantId, event.userId, refs), events[persona]))
    }
  }
  return {
    users: usual.length,
    withoutPlace: usual.filter(({ event: { ip } }) => ip === null || ip.isPrivate).length,
    withoutUserAgent: usual.filter(({ event }) => event.userAgent === null).length,
    ...counter.result(thresholds),
  }
}

async function pause(signal: AbortSignal): Promise<void> {
  await rest(restMs)
  if (signal.aborted) throw new ApiError('request_timeout', 'the client disconnected before the answer was ready')
}
