import type { Instance, Outcome, PastInstance, State, TrackedInput } from '@sallyport/engine'
import type { InstanceKey } from './instance-key.ts'
import {
  type Cursor,
  endOf,
  enterArray,
  isAtArray,
  isAtObject,
  isBehindArray,
  type Member,
  readMembers,
  readNumber,
  readValue,
  skip,
  skipValues,
} from './json-cursor.ts'

// Positions are stored: append, never reorder.
export const states: readonly State[] = [
  'ALLOW',
  'BLOCK',
  'CHALLENGE_REQUIRED',
  'CHALLENGE_SUCCEEDED',
  'CHALLENGE_FAILED',
  'REVIEW_REQUIRED',
  'REVIEW_SUCCEEDED',
  'REVIEW_FAILED',
]
export const outcomes: readonly Outcome[] = ['ALLOW', 'CHALLENGE', 'REVIEW', 'BLOCK']

/** Short numbers for texts that instances repeat: tenants, actions, rules, versions of data. A number means the same text for ever. */
export interface TextNumbers {
  /** Throws, or gives it one, when the text has no number yet. */
  toNumber(text: string): number
  toText(number: number): string
}

/** An instance as its row: the parts of its key in columns, the rest as one positional JSON array. */
export interface InstanceRow {
  tenant_no: number
  user_id: string
  action_no: number
  idempotency_key: string
  created_at: number
  body: string
}

type Numbers = 0 | readonly number[]

/** `0` stands for an empty list and for nothing. Times are distances from `created_at`. */
type Body = [
  state: number,
  outcome: number,
  updated: number,
  stateUpdated: number,
  policyVersion: number,
  configVersion: number,
  dataVersion: number,
  ruleIds: Numbers,
  undeterminedRuleIds: Numbers,
  shadowRuleIds: Numbers,
  signals: Instance['signals'],
  tracked: TrackedBody,
  settled: 0 | SettledBody,
  more?: Pick<Instance, 'userRead' | 'confirmation' | 'validatedAt' | 'review' | 'label' | 'dispute' | 'unlearnt'>,
]
type TrackedBody = [
  ipAddress: string | 0,
  userAgent: string | 0,
  deviceId: string | 0,
  custom: TrackedInput['custom'] | 0,
  more?: MoreTracked,
]
/** Members that few applications send. */
type MoreTracked = Omit<TrackedInput, 'ipAddress' | 'userAgent' | 'deviceId' | 'custom'>
type SettledBody = [
  verificationMethod: string | null,
  authenticatorId: string | null,
  disputedAt: number | null,
  learnt: Instance['learnt'],
  /** Bits of the place, and sixteen times those of the device. Absent: nothing is known of it. */
  vouched?: number,
]

export function encodeInstance(instance: Instance, dictionary: TextNumbers): InstanceRow {
  return {
    tenant_no: dictionary.toNumber(instance.tenantId),
    user_id: instance.userId,
    action_no: dictionary.toNumber(instance.action),
    idempotency_key: instance.idempotencyKey,
    created_at: instance.createdAt,
    body: encodeBody(instance, dictionary),
  }
}

/** The part that is no column. */
export function encodeBody(instance: Instance, dictionary: TextNumbers): string {
  const { createdAt, verificationMethod, verifiedByAuthenticatorId, disputedAt, learnt, vouched } = instance
  const { userRead, confirmation, validatedAt, review, label, dispute, unlearnt } = instance
  const isSettled =
    verificationMethod !== null || verifiedByAuthenticatorId !== null || disputedAt !== null || learnt !== null || vouched !== undefined
  const settled: SettledBody = [verificationMethod, verifiedByAuthenticatorId, disputedAt, learnt]
  if (vouched !== undefined) settled.push(vouched.place + 16 * vouched.device)
  const numbers = (texts: readonly string[]): Numbers => (texts.length === 0 ? 0 : texts.map(dictionary.toNumber))
  const body: Body = [
    states.indexOf(instance.state),
    outcomes.indexOf(instance.outcome),
    instance.updatedAt - createdAt,
    instance.stateUpdatedAt - createdAt,
    instance.policyVersion,
    instance.configVersion,
    dictionary.toNumber(instance.dataVersion),
    numbers(instance.ruleIds),
    numbers(instance.undeterminedRuleIds),
    numbers(instance.shadowRuleIds),
    instance.signals,
    encodeTracked(instance.tracked),
    isSettled ? settled : 0,
  ]
  const isSettledByPeople = review !== undefined || label !== undefined || dispute !== undefined || unlearnt !== undefined
  if (userRead !== undefined || confirmation !== undefined || validatedAt !== undefined || isSettledByPeople) {
    body.push({ userRead, confirmation, validatedAt, review, label, dispute, unlearnt })
  }
  return JSON.stringify(body)
}

export function decodeInstance(row: InstanceRow, dictionary: TextNumbers): Instance {
  const key = {
    tenantId: dictionary.toText(row.tenant_no),
    userId: row.user_id,
    action: dictionary.toText(row.action_no),
    idempotencyKey: row.idempotency_key,
  }
  return decodeBody(key, row.created_at, row.body, dictionary)
}

export function decodeBody(key: InstanceKey, createdAt: number, text: string, dictionary: TextNumbers): Instance {
  const body = JSON.parse(text) as Body
  const [state, outcome, updated, stateUpdated, policyVersion, configVersion, dataVersion, rules, undetermined, shadow, signals] = body
  const [, , , , , , , , , , , tracked, settled, more] = body
  const texts = (numbers: Numbers): string[] => (numbers === 0 ? [] : numbers.map(dictionary.toText))
  const [verificationMethod, verifiedByAuthenticatorId, disputedAt, learnt, vouched] = settled === 0 ? nothingSettled : settled
  return {
    tenantId: key.tenantId,
    userId: key.userId,
    action: key.action,
    idempotencyKey: key.idempotencyKey,
    createdAt,
    updatedAt: createdAt + updated,
    state: at(states, state),
    stateUpdatedAt: createdAt + stateUpdated,
    outcome: at(outcomes, outcome),
    policyVersion,
    configVersion,
    dataVersion: dictionary.toText(dataVersion),
    ruleIds: texts(rules),
    undeterminedRuleIds: texts(undetermined),
    shadowRuleIds: texts(shadow),
    tracked: decodeTracked(tracked),
    signals,
    verificationMethod,
    verifiedByAuthenticatorId,
    disputedAt,
    learnt,
    ...(vouched !== undefined && { vouched: { place: vouched & 15, device: vouched >> 4 } }),
    ...more,
  }
}

const nothingSettled: SettledBody = [null, null, null, null]

function encodeTracked(tracked: TrackedInput): TrackedBody {
  const { ipAddress, userAgent, deviceId, custom, numbersAsSent, redirectUrl, redirectToSettings, scope, locale } = tracked
  // A map without a prototype takes `JSON.stringify` four times as long.
  const body: TrackedBody = [ipAddress ?? 0, userAgent ?? 0, deviceId ?? 0, custom === undefined ? 0 : { ...custom }]
  if (
    redirectUrl !== undefined ||
    redirectToSettings !== undefined ||
    scope !== undefined ||
    locale !== undefined ||
    numbersAsSent !== undefined
  ) {
    body.push({ redirectUrl, redirectToSettings, scope, locale, numbersAsSent } satisfies Record<keyof MoreTracked, unknown>)
  }
  return body
}

function decodeTracked([ipAddress, userAgent, deviceId, custom, more]: TrackedBody): TrackedInput {
  return {
    ...(ipAddress !== 0 && { ipAddress }),
    ...(userAgent !== 0 && { userAgent }),
    ...(deviceId !== 0 && { deviceId }),
    ...(custom !== 0 && { custom: Object.assign(Object.create(null), custom) }),
    ...more,
  }
}

function at<T>(list: readonly T[], index: number): T {
  const value = list[index]
  if (value === undefined) throw new Error(`a stored instance holds position ${index} of ${list.length}: a newer release wrote it`)
  return value
}

// The same order as `Body`, read with a cursor.

type Signals = PastInstance['signals']

/**
 * Decodes a row for a look through history. It steps over everything that a past instance does not have, and over every signal that is not at one of
 * `places` (ascending): those are `null`. Of the custom data it reads `members` (absent: all of them).
 */
export function decodePastInstance(
  row: Omit<InstanceRow, 'tenant_no'>,
  dictionary: Pick<TextNumbers, 'toText'>,
  places: readonly number[],
  members?: readonly Member[],
): PastInstance {
  const { body, created_at: createdAt } = row
  const cursor: Cursor = { text: body, at: 1 }
  const state = states[readNumber(cursor)]
  const outcome = outcomes[readNumber(cursor)]
  if (state === undefined || outcome === undefined)
    throw new Error('a stored instance holds a state or an outcome that a newer release wrote')
  skip(cursor)
  const stateUpdated = readNumber(cursor)
  const policyVersion = readNumber(cursor)
  const configVersion = readNumber(cursor)
  skip(cursor)
  const ruleIds = readTexts(cursor, dictionary)
  skip(cursor)
  const shadowRuleIds = readTexts(cursor, dictionary)
  const signals = readSignals(cursor, places)
  const tracked = readTracked(cursor, members)
  const settledAt = cursor.at
  const disputedAt = readDisputedAt(cursor)
  const { userRead, label } = readMore(body, settledAt)
  return {
    userId: row.user_id,
    action: dictionary.toText(row.action_no),
    idempotencyKey: row.idempotency_key,
    createdAt,
    state,
    stateUpdatedAt: createdAt + stateUpdated,
    outcome,
    policyVersion,
    configVersion,
    ruleIds,
    shadowRuleIds,
    tracked,
    signals,
    userRead,
    disputedAt,
    label,
  }
}

const none: readonly string[] = Object.freeze([])

function readTexts(cursor: Cursor, dictionary: Pick<TextNumbers, 'toText'>): readonly string[] {
  if (!isAtArray(cursor)) {
    skip(cursor)
    return none
  }
  const texts: string[] = []
  cursor.at += 1
  for (;;) {
    texts.push(dictionary.toText(readNumber(cursor)))
    if (isBehindArray(cursor)) break
  }
  cursor.at += 1
  return texts
}

function readSignals(cursor: Cursor, places: readonly number[]): Signals {
  if (!enterArray(cursor)) return []
  const signals = nulls.slice(0, 1 + (places.at(-1) ?? 0))
  let at = 0
  for (const place of places) {
    skipValues(cursor, place - at)
    if (isBehindArray(cursor)) break
    signals[place] = readValue(cursor) as Signals[number]
    at = place + 1
  }
  skipValues(cursor, Number.POSITIVE_INFINITY)
  cursor.at += 1
  return signals
}

/** More than there are places. */
const nulls: Signals[number][] = new Array(512).fill(null)

function readTracked(cursor: Cursor, members: readonly Member[] | undefined): PastInstance['tracked'] {
  cursor.at += 1
  const ipAddress = readValue(cursor)
  skip(cursor)
  const deviceId = readValue(cursor)
  const custom = members === undefined || !isAtObject(cursor) ? readValue(cursor) : readMembers(cursor, members)
  // Behind the rest of the array and what follows it.
  if (!isBehindArray(cursor)) skip(cursor)
  cursor.at += 1
  const tracked: PastInstance['tracked'] = {}
  if (typeof ipAddress === 'string') tracked.ipAddress = ipAddress
  if (typeof deviceId === 'string') tracked.deviceId = deviceId
  if (typeof custom === 'object' && custom !== null) tracked.custom = custom as PastInstance['tracked']['custom']
  return tracked
}

function readDisputedAt(cursor: Cursor): number | null {
  if (!isAtArray(cursor)) return null
  cursor.at += 1
  skip(cursor)
  skip(cursor)
  return readValue(cursor) as number | null
}

/** Further members stand behind what settled the instance, which few rows have. */
function readMore(text: string, settledAt: number): Pick<PastInstance, 'userRead' | 'label'> {
  return text.endsWith('}]') ? JSON.parse(text.slice(endOf(text, settledAt) + 1, -1)) : noMore
}

const noMore: Pick<PastInstance, 'userRead' | 'label'> = Object.freeze({})
