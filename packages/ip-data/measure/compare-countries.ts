import type { ParsedAddress } from '../../server/src/addresses/parse-address.ts'
import { accessNetworks } from '../../server/src/ip/curated-networks.ts'
import type { IpIntelligence } from '../../server/src/ip/ip-intelligence.ts'

/** The country of each access provider that serves one country only: our table ends its comment with it. */
const countryOf = new Map(
  accessNetworks.flatMap(({ asn, comment }) => {
    const code = /, ([A-Z]{2})$/.exec(comment)?.[1]
    return code === undefined ? [] : [[asn, code === 'UK' ? 'GB' : code] as const]
  }),
)

/** Compares the countries of addresses with those of their providers, and prints the share that agree. The addresses of other providers are left out. */
export function compareCountries(ip: IpIntelligence, addresses: readonly ParsedAddress[]): void {
  console.log('\n| country | drawn | that of the provider | unknown |\n|---|---|---|---|')
  for (const version of [4, 6] as const) {
    const facts = addresses.filter((address) => address.version === version).map((address) => ip.lookUp(address))
    const judged = facts.flatMap(({ asn, countryCode }) => {
      const expected = typeof asn === 'number' ? countryOf.get(asn) : undefined
      return expected === undefined ? [] : [{ isSame: countryCode === expected, isUnknown: typeof countryCode !== 'string' }]
    })
    const percent = (part: number) => `${((100 * part) / judged.length).toFixed(2)} %`
    const same = judged.filter(({ isSame }) => isSame).length
    const unknown = judged.filter(({ isUnknown }) => isUnknown).length
    console.log(`| IPv${version} | ${judged.length} | ${percent(same)} | ${percent(unknown)} |`)
  }
}
