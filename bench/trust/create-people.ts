import type { IpFacts } from '@sallyport/engine'
import type { Random } from '../../packages/server/src/seed/random.ts'
import { deviceModels } from '../../packages/server/src/seed/user-agents.ts'
import type { City, Country, Geography } from './geography.ts'
import { drawAddress, type Network } from './network.ts'
import type { Device, Home, Lasting, Person } from './person.ts'

const dayMs = 86_400_000

/** Makes the customers, family by family. The same random numbers give the same people. */
export function createPeople(random: Random, geography: Geography, count: number, period: Lasting): Person[] {
  const offices = new Map<City, IpFacts[]>()
  const people: Person[] = []
  while (people.length < count) {
    const chances = random.fork(`family ${people.length}`)
    const country = chances.pick(geography.countries)
    const city = chances.pick(country.cities)
    const homes = createHomes(chances, country, city, period)
    // About one office for a dozen people who work in a city.
    const workplaces = offices.get(city) ?? Array.from({ length: Math.ceil(count / 110) }, () => drawAddress(random, city.offices))
    offices.set(city, workplaces)
    const members = chances.pickByWeight([1, 2, 3, 4], (size) => [0.5, 0.27, 0.13, 0.1][size - 1] ?? 0)
    for (let member = 0; member < members && people.length < count; member += 1) {
      const userId = `user-${people.length + 1}`
      people.push(createPerson(chances.fork(member), { geography, userId, country, homes, workplaces, period }))
    }
  }
  return people
}

/** A quarter of the providers give out another address every few weeks; one household in twenty moves to another line or city within 90 days. */
function createHomes(random: Random, country: Country, firstCity: City, { from, until }: Lasting): Home[] {
  const staysForDays = random.chance(0.25) ? random.whole(20, 60) : 400
  const movesAt = random.chance((0.05 * (until - from)) / (90 * dayMs)) ? from + random.next() * (until - from) : until
  const homes: Home[] = []
  let city = firstCity
  let line = random.pick(city.lines)
  let movedInAt = from - 400 * dayMs
  let start = from - random.whole(0, staysForDays) * dayMs
  while (start < until) {
    if (start >= movesAt && movedInAt < from) {
      city = random.chance(0.4) ? random.pick(country.cities) : city
      line = random.pick(city.lines)
      movedInAt = start
    }
    const next = start + staysForDays * dayMs
    const end = start < movesAt && movesAt < next ? movesAt : next
    if (end > from) homes.push({ from: start, until: end, ip: drawAddress(random, line), city, line, movedInAt })
    start = end
  }
  return homes
}

interface Household {
  geography: Geography
  userId: string
  country: Country
  homes: readonly Home[]
  workplaces: readonly IpFacts[]
  period: Lasting
}

function createPerson(random: Random, { geography, userId, country, homes, workplaces, period }: Household): Person {
  const phones = random.chance(0.85) ? createDevices(random, 'phone', period) : []
  const hasRelay = phones.length > 0 && random.chance(0.06)
  return {
    userId,
    country,
    joinedAt: random.chance(0.8) ? period.from : period.from + random.next() * (period.until - period.from) * 0.8,
    transfersPerWeek: Math.min(14, Math.max(0.25, random.skewed(2.2, 0.8))),
    homes,
    office: random.chance(0.4) ? random.pick(workplaces) : null,
    carrier: phones.length > 0 ? random.pick(country.carriers) : null,
    computers: phones.length === 0 || random.chance(0.75) ? createDevices(random, 'computer', period) : [],
    phones,
    journeys: random.chance((0.2 * (period.until - period.from)) / (90 * dayMs)) ? [createJourney(random, geography, period)] : [],
    hidesBehind: random.chance(0.05)
      ? { kind: 'vpn', exits: country.vpnExits, share: 0.5 }
      : hasRelay
        ? { kind: 'relay', exits: country.relayExits, share: 0.8 }
        : null,
    paysRent: random.chance(0.6),
  }
}

/** One in eight is replaced within 90 days by another model, and as many lose their id when the browser's data are cleared. */
function createDevices(random: Random, kind: 'computer' | 'phone', { from, until }: Lasting): Device[] {
  const models = deviceModels.filter((model) => model.kind === kind)
  const draw = () => random.pickByWeight(models, ({ share }) => share)
  const share = (until - from) / (90 * dayMs)
  const model = draw()
  const isReplaced = random.chance(0.12 * share)
  if (!isReplaced && !random.chance(0.12 * share)) return [{ deviceId: random.uuid(), model, from, until }]
  const changesAt = from + random.next() * (until - from)
  return [
    { deviceId: random.uuid(), model, from, until: changesAt },
    { deviceId: random.uuid(), model: isReplaced ? draw() : model, from: changesAt, until },
  ]
}

function createJourney(random: Random, { destinations }: Geography, { from, until }: Lasting): Person['journeys'][number] {
  const start = from + random.next() * (until - from)
  const place = 2 * random.whole(0, destinations.length / 2 - 1)
  const [hotel, carrier] = [destinations[place], destinations[place + 1]] as [Network, Network]
  return { from: start, until: start + random.whole(3, 15) * dayMs, hotel: drawAddress(random, hotel), carrier }
}
