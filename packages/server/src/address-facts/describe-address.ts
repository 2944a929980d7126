import { addressBehaviourOf, entitiesOf, isListed, isMissing, type Known, type ListValues } from '@sallyport/engine'
import { z } from 'zod'
import { parseAddress } from '../addresses/parse-address.ts'
import { ApiError } from '../errors/api-error.ts'
import { describeInWords } from '../ip/describe-in-words.ts'
import type { ExplainedIpIntelligence } from '../ip/ip-intelligence.ts'
import type { Store } from '../storage/store.ts'
import { attribution, sourceOf } from './describe-sources.ts'
import { networkBehaviourOf } from './network-behaviour.ts'

const yes = z.boolean().nullable()
const text = z.string().nullable()
const number = z.number().nullable()

/** Everything that is known about an address, as the API shows it. */
export const addressFacts = z
  .object({
    address: z.string().meta({ description: 'In canonical text, without a port.' }),
    version: z.literal([4, 6]),
    network: z.string().meta({ description: 'The /24 or /48 around it.' }),
    isPrivate: z.boolean(),
    sentence: z.string().meta({ description: 'What is known about it, for people, with the source of the main point and its day.' }),
    isTor: yes,
    isVpn: yes,
    isProxy: yes,
    isHosting: yes,
    isRelay: yes,
    isCrawler: yes,
    isGateway: yes,
    isAnonymous: yes.meta({ description: 'Relays count where the setting `treatRelayAsAnonymous` of the tenant is on.' }),
    anonymityConfidence: number.meta({
      description: '0 to 1: how good the evidence for `isAnonymous` is. A ranking, not a measured probability.',
    }),
    asn: number,
    asnName: text,
    asnType: text,
    countryCode: text,
    countryCodeInOfacList: yes,
    cityName: text,
    latitude: number,
    longitude: number,
    accuracyKm: number,
    timeZone: text,
    missing: z.record(z.string(), z.enum(['not_provided', 'not_applicable', 'unavailable'])).meta({
      description:
        'Why a fact is `null`: `unavailable` where a data set is missing or in doubt, `not_applicable` where there is nothing to know.',
    }),
    evidence: z
      .array(
        z.object({
          fact: z.string(),
          value: z.union([z.boolean(), z.number(), z.string()]),
          dataSet: z.string(),
          dataDate: z.string().meta({ description: 'Day of the data, `YYYY-MM-DD`.' }),
          ageDays: z.number().optional().meta({ description: 'Of the data set. Absent: it does not age.' }),
          state: z.enum(['current', 'stale', 'absent', 'broken']).optional().meta({ description: 'Absent: the data set does not age.' }),
          source: z.string().optional(),
          confidence: z.number().optional().meta({ description: 'How sure the data set is, from 0 to 1. Falls with the age of a list.' }),
          note: z.string().optional(),
          attribution: attribution.optional(),
        }),
      )
      .meta({ description: 'What each data set says, including answers that another one overrules.' }),
    lists: z
      .array(z.object({ alias: z.string() }))
      .meta({ description: "The tenant's value lists that contain the address, itself or in a network." }),
    here: z
      .object({
        reputation: z.number().meta({ description: '0 (nothing known against it) to 100. Of an IPv6 address, that of its /64.' }),
        usersLast24h: z.number(),
        failedChallengesLast24h: z.number(),
        network: z
          .object({
            reputation: z
              .number()
              .meta({ description: '0 to 100, reckoned as for an address, over everything that happened in the network.' }),
            usersWithWrongs: z.number().meta({ description: 'Users with a failed, blocked, disputed or fraudulent action from it.' }),
          })
          .optional()
          .meta({ description: 'Of the /24 or /48 around it, a second behind. Absent: a private address.' }),
      })
      .meta({ description: "From the tenant's own events. Whether a user trusts the address is in the profile of that user." }),
    dataVersion: z.string(),
  })
  .meta({ id: 'AddressFacts' })

export interface DescribeAddressDeps {
  store: Pick<Store, 'loadSnapshot' | 'searchEvents'>
  ip: Pick<ExplainedIpIntelligence, 'lookUp' | 'evidence' | 'dataSets' | 'dataVersion'>
  clock: () => number
}

interface OfTenant {
  tenantId: string
  settings: { treatRelayAsAnonymous: boolean }
  lists: ReadonlyMap<string, ListValues>
}

/** Everything that is known about an address: by data sets, by the tenant's lists, and from the tenant's events. Refuses what is not an address. */
export async function describeAddress(
  { store, ip, clock }: DescribeAddressDeps,
  { tenantId, settings, lists }: OfTenant,
  given: string,
): Promise<z.infer<typeof addressFacts>> {
  const parsed = parseAddress(given)
  if (parsed === null) throw new ApiError('invalid_request', 'the path does not name an IP address')
  const { treatRelayAsAnonymous } = settings
  const facts = ip.lookUp(parsed, { treatRelayAsAnonymous })
  const { address, version, network, isPrivate, ...rest } = facts
  const missing = Object.entries(rest).flatMap(([fact, value]) => (isMissing(value) ? [[fact, value.missing] as const] : []))
  const at = clock()
  const refs = entitiesOf({ userId: '', deviceId: null, ip: { address }, custom: {} }).filter(({ kind }) => kind === 'address')
  const [{ entities }, ofNetwork] = await Promise.all([
    store.loadSnapshot(tenantId, '', refs),
    isPrivate ? undefined : networkBehaviourOf(store, tenantId, network, at),
  ])
  return {
    address,
    version,
    network,
    isPrivate,
    sentence: describeInWords(facts, ip.evidence(parsed)),
    ...orNull(rest),
    missing: Object.fromEntries(missing),
    evidence: describeEvidence(ip, address),
    lists: [...lists].flatMap(([alias, list]) => (isListed(list, address) ? [{ alias }] : [])).sort((a, b) => (a.alias < b.alias ? -1 : 1)),
    here: { ...addressBehaviourOf(entities.address, at), network: ofNetwork },
    dataVersion: ip.dataVersion,
  }
}

type OrNull<T> = { [Name in keyof T]: T[Name] extends Known<infer Value> ? Value | null : never }

function orNull<T extends object>(facts: T): OrNull<T> {
  return Object.fromEntries(Object.entries(facts).map(([fact, value]) => [fact, isMissing(value) ? null : value])) as OrNull<T>
}

function describeEvidence(ip: DescribeAddressDeps['ip'], address: string) {
  const dataSets = new Map(ip.dataSets().map((dataSet) => [dataSet.name, dataSet]))
  return ip.evidence(address).map((evidence) => {
    const dataSet = dataSets.get(evidence.dataSet)
    if (dataSet === undefined) return evidence
    const { state, ageDays, attribution } = dataSet
    return { ...evidence, ageDays: ageDays ?? undefined, state, source: sourceOf(dataSet), attribution }
  })
}
