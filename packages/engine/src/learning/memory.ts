import type { State } from '../facts/outcome.ts'
import { addToCount } from '../features/count-window.ts'
import { addToDistinct } from '../features/distinct-window.ts'
import { addToFeature, type CompiledFeature, counts, type FeatureGroup, type FeatureWindows, sinceOf } from '../features/feature-windows.ts'
import type { Signals } from '../signals/signals.ts'
import type { Entity, EntityKind } from '../stored/entity.ts'
import type { Snapshot } from '../stored/snapshot.ts'
import { type AddressRecord, addAddressUser, readAddressRecord } from './address-record.ts'
import { addDeviceUser, type DeviceRecord, readDeviceRecord } from './device-record.ts'
import type { Sighting } from './sighting.ts'
import { distinctLast24Hours, distinctLastHour, last24Hours, lastHour, readUserProfile, type UserProfile } from './user-profile.ts'

/**
 * A network, or a value of a custom field. It keeps declared features only.
 *
 * The key of a user and a custom field holds a short hash of the user, so users can be found that share one. `of` is the user whose windows
 * `x` are; `also` are those of the others.
 */
export type OtherRecord = { v: 1; x?: FeatureWindows; of?: string; also?: { [userHash: string]: FeatureWindows } }

/** Everything that is remembered about the participants of one event. Immutable. */
export interface Memory {
  readonly user: UserProfile
  /** `null`: takes no part. */
  readonly device: DeviceRecord | null
  readonly address: AddressRecord | null
  /** `network` and `custom.*`, where features are counted by them. */
  readonly others: Readonly<Record<string, OtherRecord>>
  /** The same as they are stored, which differs where other users share the record. */
  readonly stored: Readonly<Record<string, OtherRecord>>
  readonly userHash: string
}

const emptyOther: OtherRecord = Object.freeze<OtherRecord>({ v: 1 })
const noOthers: Memory['others'] = Object.freeze({})

/** The part of a snapshot that learning reads. */
export function readMemory(entities: Snapshot['entities'], sighting: Sighting, otherKinds: readonly string[]): Memory {
  const stored = otherKinds.length === 0 ? noOthers : readOthers(entities, otherKinds)
  return {
    user: readUserProfile(entities.user),
    device: sighting.deviceHash === null ? null : readDeviceRecord(entities.device),
    address: sighting.address === null ? null : readAddressRecord(entities.address),
    others: stored === noOthers ? noOthers : ownParts(stored, sighting.userHash),
    stored,
    userHash: sighting.userHash,
  }
}

function readOthers(entities: Snapshot['entities'], kinds: readonly string[]): Memory['others'] {
  const others: Record<string, OtherRecord> = {}
  for (const kind of kinds) others[kind] = readOther(entities, kind)
  return others
}

function readOther(entities: Snapshot['entities'], kind: string): OtherRecord {
  const entity = entities[kind as EntityKind]
  return entity?.v === 1 ? (entity as OtherRecord) : emptyOther
}

function ownParts(stored: Memory['stored'], userHash: string): Memory['others'] {
  const own: Record<string, OtherRecord> = {}
  for (const kind in stored) own[kind] = ownPart(stored[kind] as OtherRecord, kind, userHash)
  return own
}

function ownPart(record: OtherRecord, kind: string, userHash: string): OtherRecord {
  if (!isShared(record, kind, userHash)) return record
  const x = record.also?.[userHash]
  return x === undefined ? emptyOther : { v: 1, x }
}

/** The stored record with the user's part changed. */
function withOwnPart(record: OtherRecord, part: OtherRecord, kind: string, userHash: string): OtherRecord {
  if (!isShared(record, kind, userHash)) return kind.startsWith('user+') ? { ...part, of: userHash } : part
  const { [userHash]: _, ...rest } = record.also ?? {}
  const others = Object.entries(rest).slice(1 - mostAlso)
  return { ...record, also: Object.fromEntries([...others, [userHash, part.x ?? {}]]) }
}

/** A record that names nobody is of an earlier release: the first user who comes again takes it over. */
function isShared({ of }: OtherRecord, kind: string, userHash: string): boolean {
  return of !== undefined && of !== userHash && kind.startsWith('user+')
}

/** The most users beside the first who share a key. Nobody does by chance. */
const mostAlso = 32

/** The memory with this event in it, whatever happens to the event later. */
export function addEvent(memory: Memory, sighting: Sighting, at: number): Memory {
  const { user, device, address } = memory
  const { userHash, deviceHash, country } = sighting
  const touched: UserProfile = {
    ...user,
    last: Math.max(user.last, at),
    acts: addToCount(user.acts, lastHour, at, 1),
    acts24h: addToCount(user.acts24h, last24Hours, at, 1),
  }
  if (deviceHash !== null) touched.devs = addToDistinct(user.devs, distinctLastHour, at, deviceHash)
  if (sighting.address !== null) touched.ips = addToDistinct(user.ips, distinctLastHour, at, sighting.address)
  if (country !== null) touched.cos = addToDistinct(user.cos, distinctLast24Hours, at, country)
  return {
    ...memory,
    user: touched,
    device: device && addDeviceUser(device, at, userHash),
    address: address && addAddressUser(address, at, userHash),
  }
}

/** Counts the event in the declared features: when it was tracked (`state` is `null`), or when it reached a state. */
export function addToFeatures(
  memory: Memory,
  groups: readonly FeatureGroup[],
  action: string,
  state: State | null,
  at: number,
  signals: Pick<Signals, 'values' | 'custom'>,
): Memory {
  let next = memory
  for (const group of groups) {
    const features = state === null ? group.tracked : group.settled
    if (features.length === 0) continue
    const record = recordFor(next, group.per)
    if (record === null) continue
    const x = addToGroup(record.x, group, features, action, state, at, signals)
    if (x !== record.x) next = withRecord(next, group.per, { ...record, x })
  }
  return next
}

function addToGroup(
  windows: FeatureWindows | undefined,
  group: FeatureGroup,
  features: readonly CompiledFeature[],
  action: string,
  state: State | null,
  at: number,
  signals: Pick<Signals, 'values' | 'custom'>,
): FeatureWindows | undefined {
  let next: FeatureWindows | undefined
  for (const feature of features) {
    if (!counts(feature, action, state)) continue
    const before = windows?.[feature.id]
    const after = addToFeature(before, feature, at, signals)
    if (after === undefined || after === before) continue
    next ??= declaredOnly(windows, group)
    next[feature.id] = after
  }
  return next ?? windows
}

/** The record that keeps features of this kind. `null`: it takes no part. */
export function recordFor(memory: Memory, per: EntityKind): UserProfile | DeviceRecord | AddressRecord | OtherRecord | null {
  if (per === 'user' || per === 'device' || per === 'address') return memory[per]
  return memory.others[per] ?? null
}

function withRecord(memory: Memory, per: EntityKind, record: OtherRecord): Memory {
  if (per === 'user' || per === 'device' || per === 'address') return { ...memory, [per]: record }
  return { ...memory, others: { ...memory.others, [per]: record } }
}

/**
 * A copy without the windows of features that are no longer declared. A feature that was declared later than all features known here is
 * kept: another process already counts it.
 */
export function declaredOnly(windows: FeatureWindows | undefined, group: Pick<FeatureGroup, 'ids' | 'newest'>): FeatureWindows {
  for (const id in windows) if (!isDeclared(id, group)) return withoutOthers(windows, group)
  return { ...windows }
}

function isDeclared(id: string, { ids, newest }: Pick<FeatureGroup, 'ids' | 'newest'>): boolean {
  return ids.has(id) || sinceOf(id) > newest
}

function withoutOthers(windows: FeatureWindows, group: Pick<FeatureGroup, 'ids' | 'newest'>): FeatureWindows {
  const kept: FeatureWindows = {}
  for (const id in windows) {
    const window = isDeclared(id, group) ? windows[id] : undefined
    if (window !== undefined) kept[id] = window
  }
  return kept
}

/** The entities of `after` that differ from the snapshot. */
export function changedEntities(before: Memory, after: Memory): Readonly<Partial<Record<EntityKind, Entity>>> {
  const changed: Partial<Record<EntityKind, Entity>> = {}
  if (after.user !== before.user) changed.user = after.user as Entity
  if (after.device !== null && after.device !== before.device) changed.device = after.device as Entity
  if (after.address !== null && after.address !== before.address) changed.address = after.address as Entity
  for (const kind in after.others) {
    const part = after.others[kind] as OtherRecord
    if (part === before.others[kind]) continue
    changed[kind as EntityKind] = withOwnPart(before.stored[kind] as OtherRecord, part, kind, before.userHash) as Entity
  }
  return changed
}
