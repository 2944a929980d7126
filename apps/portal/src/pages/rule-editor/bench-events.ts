import type { components } from '../../../generated/api-types.ts'
import type { PolicyDraft } from '../../policy-draft/policy-draft.ts'

type Schemas = components['schemas']
export type TriedEvent = Schemas['TriedEventInput']
export type PolicyTest = Schemas['PolicyTest']

/** An event that lies on the bench. */
export interface BenchEvent {
  /** Which one it is: `scenario:0`, `test:Tor`, `event:…`, or `typed`. */
  id: string
  title: string
  event: TriedEvent
  /** Signals that a saved test fixes. The server alone can try it with them. */
  signals?: PolicyTest['event']['signals']
  expected?: Schemas['PolicyTest']['expect']['outcome']
}

// Real addresses, so that the data sets know something about them; the same that the demo bank uses.
const home = '73.162.44.18'
const vpn = '146.70.115.163'
const tor = '185.220.101.33'
const browser = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36'

/** The four scenarios of the article. `amount` is the data point in which the action sends money. */
export function scenarios(amount: string): BenchEvent[] {
  const of = (place: number, title: string, ipAddress: string, value: number): BenchEvent => ({
    id: `scenario:${place}`,
    title,
    event: {
      ipAddress,
      userAgent: browser,
      deviceId: 'a-device',
      custom: { [amount]: value },
      user: { enrolledVerificationMethods: ['PASSKEY'] },
    },
  })
  return [
    of(0, '100 through a VPN', vpn, 100),
    of(1, '3,000 from home', home, 3000),
    of(2, '500 from home', home, 500),
    of(3, '20 through Tor', tor, 20),
  ]
}

/** The data point in which an action sends money, as far as its name says. */
export function amountOf(dataPoints: readonly Pick<Schemas['CustomDataPoint'], 'name' | 'dataType' | 'modelType'>[], used: string): string {
  const numbers = dataPoints.filter(({ dataType, modelType }) => dataType === 'number' && modelType === 'action').map(({ name }) => name)
  const isMoney = (name: string) => /value|amount|total|price|sum/i.test(name)
  return (
    numbers.find((name) => isMoney(name) && used.includes(`custom.${name}`)) ??
    numbers.find((name) => name === 'transactionValue') ??
    numbers.find(isMoney) ??
    numbers[0] ??
    'transactionValue'
  )
}

export function fromTest({ name, event, expect }: PolicyTest): BenchEvent {
  const { signals, ...tried } = event
  return { id: `test:${name}`, title: name, event: tried, expected: expect.outcome, ...(signals === undefined ? {} : { signals }) }
}

/** An event that happened, at the time at which it did, for the user as that user is today. */
export function fromReceipt(receipt: Schemas['Receipt'], title: string): BenchEvent {
  const { userId, ipAddress, userAgent, deviceId, custom, createdAt, action, idempotencyKey, signals } = receipt
  const isDeviceProven = signals.find(({ name }) => name === 'device.isProven')?.value
  return {
    id: `event:${userId}/${action}/${idempotencyKey}`,
    title,
    event: {
      userId,
      at: createdAt,
      ...(ipAddress === undefined ? {} : { ipAddress }),
      ...(userAgent === undefined ? {} : { userAgent }),
      ...(deviceId === undefined ? {} : { deviceId }),
      ...(typeof isDeviceProven === 'boolean' ? { isDeviceProven } : {}),
      ...(custom === undefined ? {} : { custom }),
    },
  }
}

/** The event as a test to be saved. */
export function toTest(
  { event: { isDeviceProven, ...event }, signals: assumed }: BenchEvent,
  name: string,
  outcome: Schemas['PolicyTest']['expect']['outcome'],
  rule?: string,
): Schemas['PolicyTestInput'] {
  const signals = isDeviceProven === undefined ? assumed : { 'device.isProven': isDeviceProven, ...assumed }
  const given = Object.fromEntries(Object.entries(event).filter(([, value]) => value !== null && value !== undefined && value !== ''))
  return {
    name,
    event: { ...given, ...(signals === undefined ? {} : { signals }) } as Schemas['PolicyTestInput']['event'],
    expect: { outcome, ...(rule === undefined ? {} : { rule }) },
  }
}

/** The draft as the server tries it out: rules in their order, those without a name under a stand-in. */
export function draftToTry({
  defaultUserActionResult,
  whenUnenrolled,
  verificationMethods,
  rules,
}: PolicyDraft): Schemas['DraftPolicyInput'] {
  return {
    defaultUserActionResult,
    ...(whenUnenrolled === undefined ? {} : { whenUnenrolled }),
    ...(verificationMethods === undefined ? {} : { verificationMethods }),
    rules: rules.map(({ priority: _, ...rule }) => ({ ...rule, name: rule.name || 'Rule without a name' })),
  }
}

/** A field of the form as the value that an application would send. `undefined`: it sends none. */
export function sentValue(text: string, dataType: Schemas['CustomDataPoint']['dataType']): unknown {
  if (text.trim() === '') return undefined
  if (dataType === 'number') return Number.isFinite(Number(text)) ? Number(text) : text
  if (dataType === 'boolean') return text === 'true'
  return dataType === 'multiselect'
    ? text
        .split(',')
        .map((each) => each.trim())
        .filter(Boolean)
    : text
}
