import { readCurated } from './read-curated.ts'

/**
 * The purpose of a network that does not connect people:
 *
 * - `hosting`: servers for rent, clouds, content delivery. Traffic from there comes from a program, or from a person behind a server.
 * - `vpn`: mostly exits of commercial VPNs.
 * - `proxy`: rented mostly to sellers of proxies.
 * - `tor`: runs Tor exit relays and little else.
 * - `relay`: the egress of a privacy relay, which hides the address but not the region (iCloud Private Relay).
 * - `gateway`: a secure web gateway, through which companies send the traffic of their employees (Zscaler, Netskope, Prisma).
 */
export type NetworkPurpose = (typeof PURPOSES)[number]

const PURPOSES = ['hosting', 'vpn', 'proxy', 'tor', 'relay', 'gateway'] as const
const ACCESS_TYPES = ['mobile', 'isp', 'satellite'] as const

/** One network of a curated table. */
export interface CuratedNetwork<Kind extends string> {
  asn: number
  kind: Kind
  /** The registered name. It guards against a number that passes to another owner: a test compares it with the ASN data set. */
  name: string
  /** What the network is. */
  comment: string
}

/** The day the two tables below were last reviewed. */
export const NETWORKS_DATE = Date.UTC(2026, 10, 24)

/**
 * Networks that do not connect homes, offices or phones (`curated/hosting-networks.csv`).
 *
 * A network belongs here only when people at home do not use it. Carriers that also rent out servers (AS3561, AS174, AS6461) are left out,
 * and so are mobile carriers that some public lists of "bad networks" contain (AS31242).
 */
export const hostingNetworks = networks('hosting-networks.csv', 'purpose', PURPOSES)

/**
 * Large networks that connect people (`curated/access-networks.csv`).
 *
 * The table separates mobile carriers and satellite providers from the others and keeps all of them out of hosting: an imported list of hosting
 * networks that names one of them is not believed. It is not complete; `asn-type.ts` guesses the rest from the name.
 */
export const accessNetworks = networks('access-networks.csv', 'type', ACCESS_TYPES)

function networks<Kind extends string>(file: string, kindColumn: string, kinds: readonly Kind[]): readonly CuratedNetwork<Kind>[] {
  const seen = new Set<number>()
  return readCurated(file, ['asn', kindColumn, 'name', 'comment']).map((row) => {
    const asn = Number(row.asn)
    const kind = kinds.find((one) => one === row[kindColumn])
    if (!/^[1-9]\d{0,9}$/.test(row.asn ?? '') || asn > 4_294_967_295) throw new RangeError(`${file}: \`${row.asn}\` is not an AS number`)
    if (kind === undefined) throw new RangeError(`${file}: AS${asn} has the unknown ${kindColumn} \`${row[kindColumn]}\``)
    if (seen.has(asn)) throw new RangeError(`${file}: AS${asn} is listed twice`)
    seen.add(asn)
    return { asn, kind, name: row.name ?? '', comment: row.comment ?? '' }
  })
}
