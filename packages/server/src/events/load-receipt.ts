import { decodeSignals, type Instance, type Signals, traceRules } from '@sallyport/engine'
import { z } from 'zod'
import { explainInstance } from '../actions/explain-instance.ts'
import { toClaimJson, toInstanceView } from '../actions/instance-json.ts'
import { explainedInstance } from '../actions/load-instance.ts'
import { type InstancePath, instanceNotFound } from '../actions/settle-instance.ts'
import { type ReplayInstanceDeps, replayFrom, replayReply } from '../backtests/replay-instance.ts'
import { findPolicyAtDecision } from '../configuration/find-policy-at-decision.ts'
import type { Tenant } from '../configuration/tenant.ts'
import type { IpIntelligence } from '../ip/ip-intelligence.ts'
import { findClaim } from '../review-claims/review-claim.ts'
import { collectEvents } from '../storage/collect-events.ts'
import type { EventFilter, SearchingStore } from '../storage/searching-store.ts'
import { type DescribeEventsDeps, describeEvents } from './describe-events.ts'
import { listedEvent, numberOf, textOf } from './event-json.ts'
import { describeReceiptSignals, receiptSignal } from './receipt-signals.ts'
import { loadTimeline, timelineEntry } from './receipt-timeline.ts'

export const receipt = explainedInstance
  .extend({
    sentence: z.string(),
    timeline: z.array(timelineEntry).meta({ description: 'What happened, oldest first.' }),
    signals: z.array(receiptSignal).meta({ description: 'Every signal that there is, whether a rule read it or not.' }),
    place: z
      .object({
        country: z.string().optional(),
        city: z.string().optional(),
        latitude: z.number().optional(),
        longitude: z.number().optional(),
        accuracyKm: z.number().optional(),
        network: z.string().optional(),
      })
      .optional()
      .meta({ description: 'Where the address is, as it was known then.' }),
    device: z
      .object({ deviceId: z.string().optional(), type: z.string().optional(), browser: z.string().optional(), os: z.string().optional() })
      .optional(),
    nearby: z
      .object({ user: z.array(listedEvent), address: z.array(listedEvent) })
      .meta({ description: 'The events just before and after, newest first: of the same user, and from the same address.' }),
    replay: replayReply.meta({ description: 'The decision made again from what was stored with it.' }),
  })
  .meta({ id: 'Receipt' })

export interface LoadReceiptDeps extends ReplayInstanceDeps, DescribeEventsDeps {
  store: ReplayInstanceDeps['store'] & Pick<SearchingStore, 'searchEvents'>
  ip: Pick<IpIntelligence, 'dataVersion' | 'dataSets'>
  clock: () => number
}

/** An event with everything its decision rests on. */
export async function loadReceipt(deps: LoadReceiptDeps, tenant: Tenant, path: InstancePath): Promise<z.infer<typeof receipt>> {
  const { tenantId } = tenant
  const { db } = deps.store
  const instance = await deps.store.findInstance({ tenantId, ...path })
  if (instance === undefined) throw instanceNotFound()
  const [ofThen, { user }] = await Promise.all([
    findPolicyAtDecision(db, tenant, instance),
    deps.store.loadSnapshot(tenantId, path.userId, []),
  ])
  const [claim, replay, timeline, ofUser, ofAddress] = await Promise.all([
    instance.state === 'REVIEW_REQUIRED' ? findClaim(db, instance, deps.clock()) : undefined,
    replayFrom(deps, tenant, { instance, ofThen, user }),
    loadTimeline(db, deps.methods, instance),
    neighbours(deps, instance, { userId: instance.userId }),
    neighboursByAddress(deps, instance),
  ])
  const signals = decodeSignals(instance, user)
  const output = explainInstance(deps.methods, tenant, instance, ofThen?.policy, user)
  const trace = ofThen && output.isReproduced ? traceRules(ofThen.policy, signals) : []
  return {
    ...toInstanceView(instance, ofThen?.policy.definition),
    output,
    sentence: output.sentence,
    timeline,
    signals: describeReceiptSignals(signals, trace, replay.hasDataVersion ? deps.ip.dataSets() : []),
    place: placeOf(signals),
    device: deviceOf(instance, signals),
    nearby: { user: await describeEvents(deps, tenant, ofUser), address: await describeEvents(deps, tenant, ofAddress) },
    replay,
    claim: claim && toClaimJson(claim),
  }
}

/** Events on each side. */
const eachSide = 5

function neighboursByAddress(deps: LoadReceiptDeps, instance: Instance): Promise<Instance[]> {
  const { ipAddress } = instance.tracked
  return ipAddress === undefined ? Promise.resolve([]) : neighbours(deps, instance, { ipAddresses: { first: ipAddress, last: ipAddress } })
}

/** The events just before and after, newest first, without this one. */
async function neighbours({ store }: LoadReceiptDeps, instance: Instance, filter: EventFilter): Promise<Instance[]> {
  const { tenantId, createdAt } = instance
  const [before, after] = await Promise.all([
    collectEvents(store, tenantId, { filter: { ...filter, to: createdAt + 1 }, order: 'newest', limit: eachSide + 1 }),
    collectEvents(store, tenantId, { filter: { ...filter, from: createdAt + 1 }, order: 'oldest', limit: eachSide }),
  ])
  return [...after.events.toReversed(), ...before.events.filter((event) => !isSame(event, instance)).slice(0, eachSide)]
}

function isSame(a: Instance, b: Instance): boolean {
  return a.userId === b.userId && a.action === b.action && a.idempotencyKey === b.idempotencyKey
}

function placeOf(signals: Signals): z.infer<typeof receipt>['place'] {
  const country = textOf(signals, 'ip.location.country.countryCode')
  const network = textOf(signals, 'ip.asnName')
  if (country === undefined && network === undefined) return undefined
  return {
    country,
    city: textOf(signals, 'ip.location.city.name'),
    latitude: numberOf(signals, 'ip.location.latitude'),
    longitude: numberOf(signals, 'ip.location.longitude'),
    accuracyKm: numberOf(signals, 'ip.location.accuracyKm'),
    network,
  }
}

function deviceOf({ tracked: { deviceId } }: Instance, signals: Signals): z.infer<typeof receipt>['device'] {
  const device = {
    deviceId,
    type: textOf(signals, 'device.type'),
    browser: textOf(signals, 'device.browser.name'),
    os: textOf(signals, 'device.os.name'),
  }
  return Object.values(device).every((value) => value === undefined) ? undefined : device
}
