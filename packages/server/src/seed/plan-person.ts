import type { Period } from './create-people.ts'
import { drawAddress, type LookUp } from './draw-address.ts'
import { atLocalHour, localHour } from './local-time.ts'
import { type Device, lasting, type Person } from './person.ts'
import type { DemoAction, PlannedAnswer, PlannedTrack } from './planned-step.ts'
import type { Random } from './random.ts'

const dayMs = 86_400_000
const minuteMs = 60_000

/** How likely a session begins in each hour, from midnight. */
const weekdayHours = [1, 0.5, 0.3, 0.2, 0.3, 1, 3, 6, 7, 6, 5, 5, 8, 7, 5, 5, 5, 7, 9, 10, 10, 8, 5, 2]
const weekendHours = [2, 1, 0.5, 0.3, 0.2, 0.5, 1, 2, 4, 7, 9, 9, 8, 7, 7, 7, 7, 7, 8, 8, 8, 7, 5, 3]
const allHours = weekdayHours.map((_, hour) => hour)

/** Everything that a person does in a period, in order. */
export function planPerson(random: Random, lookUp: LookUp, person: Person, period: Period): PlannedTrack[] {
  const steps: PlannedTrack[] = []
  const firstDay = Math.floor(Math.max(person.joinedAt, period.from) / dayMs) * dayMs - dayMs
  let isFirst = true
  for (let day = firstDay; day < period.until; day += dayMs) {
    for (const at of sessionsOf(random, person, day)) {
      if (at.at < Math.max(person.joinedAt, period.from) || at.at > period.until) continue
      const session = openSession(random, lookUp, person, at.at, isFirst || at.payment !== undefined)
      steps.push(...actIn(random, person, session, { isFirst, payment: at.payment }))
      isFirst = false
    }
  }
  return steps.filter(({ at }) => at < period.until).sort((a, b) => a.at - b.at)
}

interface Payment {
  amount: number
  recipient: string
}

interface PlannedSession {
  at: number
  /** What the session is for. */
  payment?: Payment
}

function sessionsOf(random: Random, { timeZone, sessionsPerWeek, rent, purchase }: Person, day: number): PlannedSession[] {
  const date = new Date(day)
  const isWeekend = date.getUTCDay() % 6 === 0
  const hours = isWeekend ? weekendHours : weekdayHours
  const drawTime = () =>
    atLocalHour(timeZone, day, random.pickByWeight(allHours, (hour) => hours[hour] ?? 0) + random.next()) - random.whole(0, 999)
  const mean = (sessionsPerWeek / 7) * (isWeekend ? 0.7 : 1.12)
  const sessions: PlannedSession[] = Array.from({ length: poisson(random, mean) }, () => ({ at: drawTime() }))
  if (rent !== null && date.getUTCDate() === rent.dayOfMonth)
    sessions.push({ at: atLocalHour(timeZone, day, 18 + random.next() * 4), payment: rent })
  if (purchase !== null && purchase.at >= day && purchase.at < day + dayMs)
    sessions.push({ at: atLocalHour(timeZone, day, 10 + random.next() * 10), payment: purchase })
  return sessions
}

function poisson(random: Random, mean: number): number {
  const none = Math.exp(-mean)
  let count = 0
  for (let left = random.next(); left > none; left *= random.next()) count += 1
  return count
}

interface Session {
  at: number
  ipAddress: string
  device: Device
}

/** Where the person is and what they hold. A first session, and one for a payment that was planned, is at home. */
function openSession(random: Random, lookUp: LookUp, person: Person, at: number, isAtHome: boolean): Session {
  const { timeZone, devices, homes, office, phoneNetwork, journey, vpn } = person
  const { hour, weekday } = localHour(timeZone, at)
  const isWorkTime = weekday > 0 && weekday < 6 && hour >= 9 && hour < 17
  const deviceOf = (kind: Device['model']['kind']) =>
    lasting(
      devices.filter(({ model }) => model.kind === kind),
      at,
    )
  const computer = deviceOf('computer') as Device
  const phone = random.chance(isWorkTime && office !== null ? 0.35 : 0.55) ? deviceOf('phone') : undefined
  const device = isAtHome ? computer : (phone ?? computer)
  const home = lasting(homes, at)?.address ?? ''
  if (isAtHome) return { at, device, ipAddress: home }
  if (journey !== null && journey.from <= at && at < journey.until) return { at, device, ipAddress: journey.address }
  if (vpn !== null && random.chance(vpn.share)) return { at, device, ipAddress: random.pick(vpn.exits) }
  // A phone that was just bought is set up at home.
  const isNewPhone = device === phone && (at - device.from < 3 * dayMs || at - person.joinedAt < 45 * dayMs)
  if (device === phone && phoneNetwork !== null && !isNewPhone && random.chance(isWorkTime ? 0.6 : 0.25))
    return { at, device, ipAddress: drawAddress(random, lookUp, phoneNetwork) }
  return { at, device, ipAddress: isWorkTime && office !== null && random.chance(0.75) ? office : home }
}

function actIn(
  random: Random,
  person: Person,
  session: Session,
  { isFirst, payment }: { isFirst: boolean; payment: Payment | undefined },
): PlannedTrack[] {
  const steps: PlannedTrack[] = []
  let { at } = session
  const act = (action: DemoAction, custom?: object, more?: Partial<PlannedTrack>) => {
    steps.push({ ...trackOf(random, person, { ...session, at }, action, custom), ...more })
    at += random.whole(20_000, 4 * minuteMs)
  }
  const pay = ({ amount, recipient }: Payment) => act('adaptive-mfa-transfer', { transactionValue: amount, recipient })
  if (isFirst || random.chance(0.85)) act('sign-in')
  if (isFirst && person.hasPasskey) act('enroll-passkey', undefined, { addsPasskey: true })
  if (payment !== undefined) pay(payment)
  else if (random.chance(0.55)) pay(everydayPayment(random, person))
  if (random.chance(0.15)) pay(everydayPayment(random, person))
  if (random.chance(0.05)) act('change-payee', { recipient: random.pick(person.payees) })
  if (random.chance(0.025)) act('change-profile')
  return steps
}

function everydayPayment(random: Random, { payees }: Person): Payment {
  const amount = random.skewed(55, 1.15)
  return { amount: amount < 100 ? Math.round(amount * 100) / 100 : Math.round(amount), recipient: random.pick(payees) }
}

/** What the application sends for an action of a user, in a session of that user or of somebody else. */
export function trackOf(
  random: Random,
  { userId, email, hasPasskey }: Pick<Person, 'userId' | 'email' | 'hasPasskey'>,
  {
    at,
    ipAddress,
    device,
  }: { at: number; ipAddress: string; device: Pick<Device, 'deviceId'> & { model: Pick<Device['model'], 'userAgent'> } },
  action: DemoAction,
  custom?: object,
): PlannedTrack {
  return {
    kind: 'track',
    at: Math.round(at),
    userId,
    action,
    idempotencyKey: random.key(),
    attributes: {
      ipAddress,
      userAgent: device.model.userAgent(browserVersionAt(at)),
      deviceId: device.deviceId,
      email,
      username: email,
      ...(custom === undefined ? {} : { custom: { ...custom } }),
      ...(action === 'enroll-passkey' ? { scope: 'add:authenticators' } : {}),
    },
    answer: hasPasskey ? ownAnswer(random) : 'gives_up',
    review: random.chance(0.96) ? 'approves' : 'rejects',
  }
}

function ownAnswer(random: Random): PlannedAnswer {
  return random.pickByWeight(
    ['passes', 'retries', 'gives_up'] as const,
    (answer) => ({ passes: 0.92, retries: 0.04, gives_up: 0.04 })[answer],
  )
}

/** Browsers have a new version every four weeks. */
function browserVersionAt(at: number): number {
  return 145 + Math.floor((at - Date.UTC(2026, 7, 1)) / (28 * dayMs))
}
