import { drawAddress, type LookUp } from './draw-address.ts'
import { familyNames, givenNames } from './names.ts'
import { type Country, countries, destinations, type Network, relayExits, vpnExits } from './networks.ts'
import type { Device, HomeAddress, Person } from './person.ts'
import type { Random } from './random.ts'
import { deviceModels } from './user-agents.ts'

const dayMs = 86_400_000

/** The time that a history covers. Milliseconds UTC. */
export interface Period {
  from: number
  until: number
}

/** Makes the customers of the bank, family by family. The same random numbers and IP data give the same people. */
export function createPeople(random: Random, lookUp: LookUp, count: number, period: Period): Person[] {
  const workplaces = createWorkplaces(random.fork('workplaces'), lookUp, count)
  const exits = vpnExits.flatMap((network) => Array.from({ length: 12 }, () => drawAddress(random, lookUp, network)))
  const people: Person[] = []
  while (people.length < count) {
    const number = people.length
    const chances = random.fork(`family ${number}`)
    const country = chances.pickByWeight(countries, ({ share }) => share)
    const home = createHome(chances, lookUp, country, period)
    const familyName = chances.pick(familyNames)
    const size = Math.min(
      count - number,
      chances.pickByWeight([1, 2, 3], (members) => [0.62, 0.25, 0.13][members - 1] ?? 0),
    )
    for (let member = 0; member < size; member += 1) {
      const name = `${chances.pick(givenNames)} ${familyName}`
      const place = { country, home, workplaces: workplaces.get(country.countryCode) ?? [], exits }
      people.push(createPerson(chances.fork(member), lookUp, { number: number + member, name, place, period }))
    }
  }
  return people
}

/** Addresses at which many people of a country work or study: one for a dozen. */
function createWorkplaces(random: Random, lookUp: LookUp, count: number): Map<string, string[]> {
  return new Map(
    countries.map(({ countryCode, share, offices, campuses }) => {
      const wanted = Math.max(1, Math.round((count * share) / 12))
      const networks = Array.from({ length: wanted }, () => random.pick(random.chance(0.9) ? offices : campuses))
      return [countryCode, networks.map((network) => drawAddress(random, lookUp, network))]
    }),
  )
}

interface Home {
  network: Network
  addresses: HomeAddress[]
}

/** Most providers leave an address for months; some give another one every few weeks. */
function createHome(random: Random, lookUp: LookUp, { homes }: Country, { from, until }: Period): Home {
  const network = random.pick(homes)
  const addresses: HomeAddress[] = []
  const staysForDays = random.chance(0.25) ? random.whole(20, 60) : 400
  let start = from - random.whole(0, staysForDays) * dayMs
  while (start < until) {
    const end = start + staysForDays * dayMs
    if (end > from) addresses.push({ address: drawAddress(random, lookUp, network), from: start, until: end })
    start = end
  }
  return { network, addresses }
}

interface PersonPlace {
  country: Country
  home: Home
  workplaces: readonly string[]
  exits: readonly string[]
}

function createPerson(
  random: Random,
  lookUp: LookUp,
  { number, name, place, period }: { number: number; name: string; place: PersonPlace; period: Period },
): Person {
  const { country, home, workplaces, exits } = place
  const sessionsPerWeek = Math.min(4.5, Math.max(0.08, random.skewed(0.27, 0.85)))
  const isRegular = sessionsPerWeek > 0.48
  const hasPhone = random.chance(0.75)
  const hasPasskey = isRegular || random.chance(0.9)
  const rentDue = hasPasskey && random.chance(isRegular ? 0.95 : 0.15)
  return {
    userId: `customer-${String(number + 1001)}`,
    name,
    email: `${name.toLowerCase().replaceAll(/[^a-z]+/g, '.')}.${number + 1001}@example.com`,
    countryCode: country.countryCode,
    timeZone: country.timeZone,
    joinedAt: random.chance(0.8) ? period.from : period.from + random.next() * (period.until - period.from) * 0.9,
    sessionsPerWeek,
    hasPasskey,
    homeNetwork: home.network,
    homes: home.addresses,
    office: workplaces.length > 0 && random.chance(0.5) ? random.pick(workplaces) : null,
    phoneNetwork: hasPhone ? random.pick(country.phones) : null,
    devices: createDevices(random, hasPhone, period),
    journey: random.chance(0.08) ? createJourney(random, lookUp, period) : null,
    vpn: random.chance(0.03)
      ? { exits: random.sample(exits, 3), share: 0.35 }
      : random.chance(0.02)
        ? { exits: relayExits.map((network) => drawAddress(random, lookUp, network)), share: 0.8 }
        : null,
    rent: rentDue
      ? {
          amount: Math.round(random.skewed(1350, 0.2)),
          recipient: createRecipient(random, `${random.pick(familyNames)} Lettings`),
          dayOfMonth: random.whole(1, 6),
        }
      : null,
    purchase: random.chance(0.12)
      ? {
          at: period.from + random.next() * (period.until - period.from),
          amount: Math.round(random.skewed(24_000, 0.25)),
          recipient: createRecipient(random, `${random.pick(familyNames)} ${random.pick(['Motors', 'Kitchens', 'Builders', 'Boats'])}`),
        }
      : null,
    payees: Array.from({ length: random.whole(3, 8) }, () =>
      createRecipient(random, `${random.pick(givenNames)} ${random.pick(familyNames)}`),
    ),
  }
}

/** A computer, most often a phone too; either may be replaced in the course of the time. */
function createDevices(random: Random, hasPhone: boolean, { from, until }: Period): Device[] {
  const kinds = hasPhone ? (['computer', 'phone'] as const) : (['computer'] as const)
  return kinds.flatMap((kind) => {
    const models = deviceModels.filter((model) => model.kind === kind)
    const create = (start: number, end: number): Device => ({
      deviceId: random.uuid(),
      model: random.pickByWeight(models, ({ share }) => share),
      from: start,
      until: end,
    })
    if (!random.chance(0.12)) return [create(from, until)]
    const replacedAt = from + random.next() * (until - from)
    return [create(from, replacedAt), create(replacedAt, until)]
  })
}

function createJourney(random: Random, lookUp: LookUp, { from, until }: Period) {
  const start = from + random.next() * (until - from)
  return { from: start, until: start + random.whole(3, 15) * dayMs, address: drawAddress(random, lookUp, random.pick(destinations)) }
}

/** A name with an account number, as the bank has it. */
export function createRecipient(random: Random, name: string): string {
  return `${name}, ${random.whole(1000, 9999)}-${random.whole(100_000, 999_999)}`
}
