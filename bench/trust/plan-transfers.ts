import type { IpFacts } from '@sallyport/engine'
import { atLocalHour, localHour } from '../../packages/server/src/seed/local-time.ts'
import type { Random } from '../../packages/server/src/seed/random.ts'
import { drawAddress } from './network.ts'
import { type Device, type Lasting, lasting, type Person } from './person.ts'

const dayMs = 86_400_000

/** Where the person was, and what was new about it. Exactly one for each transfer, the first that holds. */
export const situations = ['VPN', 'privacy relay', 'journey', 'new device', 'new home', 'mobile network', 'office', 'home'] as const

export type Situation = (typeof situations)[number]

/** What a request comes from. `null`: it does not say. */
export interface Machine {
  ip: IpFacts
  deviceId: string | null
  /** It signed with the key of the device. */
  deviceProof?: 'valid'
  userAgent: string | null
}

/** A transfer of a real user. */
export interface PlannedTransfer extends Machine {
  at: number
  userId: string
  amount: number
  situation: Situation
  /** Passes a challenge, if there is one. Some give up. */
  passes: boolean
}

/** How likely a transfer is in each hour of the day, from midnight. */
const hours = [1, 0.5, 0.3, 0.2, 0.3, 1, 3, 6, 7, 6, 5, 5, 8, 7, 5, 5, 5, 7, 9, 10, 10, 8, 5, 2]
const allHours = hours.map((_, hour) => hour)
/** How long a device or a home is new. */
const [newDeviceMs, newHomeMs] = [7 * dayMs, 14 * dayMs]
/** Nobody transfers money on the way to or from a journey. */
const onTheWayMs = dayMs / 2

/** Every transfer of a person in the period, in order. */
export function planTransfers(random: Random, person: Person, period: Lasting): PlannedTransfer[] {
  const planned: PlannedTransfer[] = []
  const first = Math.floor(person.joinedAt / dayMs) * dayMs
  for (let day = first; day < period.until; day += dayMs) {
    const count = poisson(random, person.transfersPerWeek / 7)
    for (let i = 0; i < count; i += 1) add(day, everydayAmount(random))
    if (person.paysRent && new Date(day).getUTCDate() === 1) add(day, Math.round(random.skewed(1200, 0.35)))
  }
  return planned.sort((a, b) => a.at - b.at)

  function add(day: number, amount: number): void {
    const hour = random.pickByWeight(allHours, (each) => hours[each] ?? 0)
    const at = atLocalHour(person.country.timeZone, day, hour + random.next())
    if (at < person.joinedAt || at >= period.until || isOnTheWay(person, at)) return
    planned.push({ at, userId: person.userId, amount, passes: random.chance(0.96), ...whereabouts(random, person, at) })
  }
}

/**
 * Half of all payments are below 80, few are large: the average is 270, as that of a large network for payments between people (Zelle
 * reported 806 billion dollars in 2.9 billion payments for 2023). About 2 % are over 2,000.
 */
function everydayAmount(random: Random): number {
  return Math.max(1, Math.round(random.skewed(80, 1.55)))
}

function whereabouts(random: Random, person: Person, at: number): Machine & { situation: Situation } {
  const { country, homes, office, carrier, computers, phones, journeys, hidesBehind } = person
  const { hour, weekday } = localHour(country.timeZone, at)
  const isAtWork = office !== null && weekday > 0 && weekday < 6 && hour >= 9 && hour < 17 && random.chance(0.7)
  const phone = lasting(phones, at)
  const computer = lasting(computers, at)
  const device = (computer === undefined || random.chance(0.6) ? (phone ?? computer) : computer) as Device
  const journey = journeys.find(({ from, until }) => from <= at && at < until)
  const home = lasting(homes, at) as Person['homes'][number]
  const isHidden = hidesBehind !== null && random.chance(hidesBehind.share)
  const isOnCarrier = device === phone && random.chance(isAtWork ? 0.5 : 0.3)

  const isNewDevice = device.from > person.joinedAt && at - device.from < newDeviceMs
  const isNewHome = home.movedInAt > person.joinedAt && at - home.movedInAt < newHomeMs
  const machine = (ip: IpFacts, situation: Situation) => ({
    ip,
    deviceId: device.deviceId,
    userAgent: userAgentAt(device, at),
    situation: isNewDevice && (situation === 'home' || situation === 'office' || situation === 'mobile network') ? 'new device' : situation,
  })
  if (isHidden) return machine(drawAddress(random, hidesBehind.exits), hidesBehind.kind === 'vpn' ? 'VPN' : 'privacy relay')
  if (journey !== undefined) return machine(isOnCarrier ? drawAddress(random, journey.carrier) : journey.hotel, 'journey')
  if (isOnCarrier && carrier !== null) return machine(drawAddress(random, carrier), 'mobile network')
  if (isAtWork) return machine(office, 'office')
  return machine(home.ip, isNewHome && !isNewDevice ? 'new home' : 'home')
}

function isOnTheWay({ journeys }: Person, at: number): boolean {
  return journeys.some(({ from, until }) => Math.abs(at - from) < onTheWayMs || Math.abs(at - until) < onTheWayMs)
}

/** Browsers have a new version every four weeks. */
export function userAgentAt({ model }: Pick<Device, 'model'>, at: number): string {
  return model.userAgent(145 + Math.floor((at - Date.UTC(2026, 7, 1)) / (28 * dayMs)))
}

function poisson(random: Random, mean: number): number {
  let count = 0
  for (let left = random.next(); left > Math.exp(-mean); left *= random.next()) count += 1
  return count
}
