import { findSignal, findStoredReader, type Instance, type LabelValue, type Outcome, type State } from '@sallyport/engine'
import { toSortableAddress } from './sortable-address.ts'
import { withParts, wordsOf } from './words-of.ts'

/** What an instance is found and counted by. */
export interface IndexEntry {
  tenantId: string
  userId: string
  action: string
  /** Milliseconds UTC: when it was tracked. */
  at: number
  deviceId: string | null
  /** As `toSortableAddress` writes it. */
  address: string | null
  country: string | null
  state: State
  outcome: Outcome
  /** In order of priority; the first one gave the outcome. */
  ruleIds: readonly string[]
  undeterminedRuleIds: readonly string[]
  shadowRuleIds: readonly string[]
  label: LabelValue | null
  isDisputed: boolean
  /** Each once. A text is found when it is the beginning of one of them. */
  words: readonly string[]
}

/** What is said of the user elsewhere, as it is when the entry is made. */
export interface EntryUser {
  email: string | null
  username: string | null
  displayName: string | null
}

/** Words of one entry at most. Those of the custom data come last. */
const MAX_WORDS = 48

export function toIndexEntry(instance: Instance, user?: EntryUser): IndexEntry {
  const { tenantId, userId, action, createdAt, tracked, state, outcome, ruleIds, undeterminedRuleIds, shadowRuleIds } = instance
  const address = addressOf(instance)
  return {
    tenantId,
    userId,
    action,
    at: createdAt,
    deviceId: tracked.deviceId ?? null,
    address: address === undefined ? null : toSortableAddress(address),
    country: countryOf(instance),
    state,
    outcome,
    ruleIds,
    undeterminedRuleIds,
    shadowRuleIds,
    label: instance.label?.value ?? null,
    isDisputed: instance.disputedAt !== null,
    words: entryWords(instance, address, user),
  }
}

const readAddress = readerOf('ip.address')
const readCountry = readerOf('ip.location.country.countryCode')

function readerOf(name: string): (instance: Instance) => string | undefined {
  const found = findSignal(name)
  const read = found && findStoredReader(found.position)
  if (read === undefined) throw new Error(`${name} is not stored with an instance`)
  return ({ signals, tracked }) => {
    const value = read(signals, tracked.ipAddress)
    return typeof value === 'string' ? value : undefined
  }
}

/** The address that was looked up. What was tracked may be a whole header. */
function addressOf(instance: Instance): string | undefined {
  return readAddress(instance) ?? instance.tracked.ipAddress
}

function countryOf(instance: Instance): string | null {
  return readCountry(instance) ?? null
}

function entryWords({ userId, idempotencyKey, tracked }: Instance, address: string | undefined, user: EntryUser | undefined): string[] {
  const words = new Set<string>()
  const add = (found: readonly string[]) => {
    for (const word of found) if (words.size < MAX_WORDS) words.add(word)
  }
  const addText = (text: string) => add(wordsOf(text).flatMap(withParts))
  addText(userId)
  addText(idempotencyKey)
  if (address !== undefined) add(wordsOf(address))
  if (tracked.deviceId !== undefined) addText(tracked.deviceId)
  for (const text of [user?.email, user?.username, user?.displayName]) if (text) addText(text)
  for (const value of Object.values(tracked.custom ?? {})) addCustom(value)
  return [...words]

  function addCustom(value: unknown): void {
    if (typeof value === 'string') addText(value)
    else if (typeof value === 'number') addText(String(value))
    else if (Array.isArray(value)) for (const item of value) addCustom(item)
  }
}
