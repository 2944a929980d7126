/** The kind of address that a list contains. `gateway`: the exits of secure web gateways, through which companies send their employees. */
export type ListKind = 'tor' | 'vpn' | 'proxy' | 'relay' | 'hosting' | 'crawler' | 'gateway'

/** The fact that lists of each kind answer. */
export const FACT_OF_KIND: Readonly<Record<ListKind, string>> = {
  tor: 'isTor',
  vpn: 'isVpn',
  proxy: 'isProxy',
  relay: 'isRelay',
  hosting: 'isHosting',
  crawler: 'isCrawler',
  gateway: 'isGateway',
}

/** A list of addresses or networks, kept as one text file and refreshed from one source. */
export interface Feed {
  /** Also its file name, without the extension. */
  name: string
  kind: ListKind
  /** `addresses`: ranges; `networks`: autonomous system numbers. */
  lists: 'addresses' | 'networks'
  /** The source of `ip update`. `null`: installed only from a directory or with `--feed`. */
  url: string | null
  /** Other hosts to which its publisher may redirect. Absent: none. */
  alsoAt?: readonly string[]
  /** Whether an address outside the list is, to the publisher's knowledge, not of its kind. False for a list that covers one of many providers. */
  isComplete: boolean
  /** A text with fewer entries is refused: it is an error page, or a file cut short. */
  minimumEntries: number
  source: string
  licence: string
}

/**
 * The half-life of trust in a list, in days: after that time absence from it says half as much. A list that is older is stale: about an address
 * in a hosting or unknown network, absence from it then says nothing. Exit lists lose a tenth of their recall in a month.
 */
export const HALF_LIFE_DAYS: Readonly<Record<ListKind, number>> = {
  tor: 30,
  vpn: 120,
  proxy: 30,
  relay: 120,
  hosting: 365,
  crawler: 365,
  gateway: 365,
}

/** The lists known by name, with their publisher and licence. */
export const FEEDS: readonly Feed[] = [
  {
    name: 'tor-exits',
    kind: 'tor',
    lists: 'addresses',
    url: 'https://raw.githubusercontent.com/alireza-rezaee/tor-nodes/HEAD/latest.exits.csv',
    isComplete: true,
    minimumEntries: 300,
    source: 'alireza-rezaee/tor-nodes',
    licence: 'MIT',
  },
  x4bnet('vpn-ipv4', 'vpn', 'output/vpn/ipv4.txt', 1000),
  x4bnet('vpn-ipv6', 'vpn', 'output/vpn/ipv6.txt', 50),
  x4bnet('datacenter-ipv4', 'hosting', 'output/datacenter/ipv4.txt', 5000),
  x4bnet('datacenter-ipv6', 'hosting', 'output/datacenter/ipv6.txt', 500),
  { ...x4bnet('datacenter-asn', 'hosting', 'input/datacenter/ASN.txt', 200), lists: 'networks', isComplete: false },
  {
    name: 'protonvpn-exit',
    kind: 'vpn',
    lists: 'addresses',
    url: 'https://raw.githubusercontent.com/tn3w/ProtonVPN-IPs/HEAD/protonvpn_ips.txt',
    isComplete: false,
    minimumEntries: 100,
    source: 'tn3w/ProtonVPN-IPs',
    licence: 'Apache-2.0',
  },
  ...ipranges('protonvpn', 'vpn', [4], 50),
  ...ipranges('apple-proxy', 'relay', [4, 6], 500),
  ...ipranges('amazon', 'hosting', [4, 6], 100),
  ...ipranges('cloudflare', 'hosting', [4, 6], 3),
  ...ipranges('digitalocean', 'hosting', [4, 6], 10),
  ...ipranges('github', 'hosting', [4, 6], 10),
  ...ipranges('google', 'hosting', [4, 6], 5),
  ...ipranges('linode', 'hosting', [4, 6], 10),
  ...ipranges('microsoft', 'hosting', [4, 6], 20),
  ...ipranges('oracle', 'hosting', [4], 50),
  ...ipranges('vultr', 'hosting', [4, 6], 5),
  ...ipranges('googlebot', 'crawler', [4, 6], 5),
  ...ipranges('bing', 'crawler', [4], 5),
  ...ipranges('openai', 'crawler', [4], 5),
  ...ipranges('perplexity', 'crawler', [4], 2),
  {
    name: 'proxy-monosans',
    kind: 'proxy',
    lists: 'addresses',
    url: 'https://raw.githubusercontent.com/monosans/proxy-list/HEAD/proxies/all.txt',
    isComplete: true,
    minimumEntries: 20,
    source: 'monosans/proxy-list',
    licence: 'MIT',
  },
]

/**
 * Finds the feed with a name: a known feed, or an operator's own feed named after what it lists (`vpn-office`, `tor-mirror`,
 * `hosting-asn-partners`). `undefined`: neither.
 */
export function findFeed(name: string): Feed | undefined {
  const known = FEEDS.find((feed) => feed.name === name)
  if (known !== undefined) return known
  const own = /^(tor|vpn|proxy|relay|hosting|crawler|gateway)(-asn)?(-[a-z0-9]+)*$/.exec(name)
  if (own === null || name.length > 60) return undefined
  return {
    name,
    kind: own[1] as ListKind,
    lists: own[2] === undefined ? 'addresses' : 'networks',
    url: null,
    isComplete: true,
    minimumEntries: 1,
    source: name,
    licence: 'of your own',
  }
}

/** The kind of addresses that a data set lists; for one that is no list, its own name. */
export function kindOf(dataSet: string): string {
  return findFeed(dataSet)?.kind ?? dataSet
}

function x4bnet(name: string, kind: ListKind, path: string, minimumEntries: number): Feed {
  return {
    name: `x4bnet-${name}`,
    kind,
    lists: 'addresses',
    url: `https://raw.githubusercontent.com/X4BNet/lists_vpn/HEAD/${path}`,
    isComplete: true,
    minimumEntries,
    source: 'X4BNet/lists_vpn',
    licence: 'MIT',
  }
}

function ipranges(name: string, kind: ListKind, versions: readonly (4 | 6)[], minimumEntries: number): Feed[] {
  return versions.map((version) => ({
    name: `ipranges-${name}-ipv${version}`,
    kind,
    lists: 'addresses',
    url: `https://raw.githubusercontent.com/lord-alfred/ipranges/HEAD/${name}/ipv${version}_merged.txt`,
    isComplete: kind === 'relay' || kind === 'crawler',
    minimumEntries,
    source: 'lord-alfred/ipranges',
    licence: 'CC0-1.0',
  }))
}
