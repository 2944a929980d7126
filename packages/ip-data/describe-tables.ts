import { accessNetworks, hostingNetworks, NETWORKS_DATE } from '../server/src/ip/curated-networks.ts'
import { curatedRanges } from '../server/src/ip/curated-ranges.ts'

/** Our own tables of networks and ranges (`ip/curated` of the server), one row for each kind of entry, for the manifest of the snapshot. */
export function describeTables() {
  return [
    ...rowsOf(
      'networks',
      hostingNetworks.map(({ kind }) => kind),
    ),
    ...rowsOf(
      'networks',
      accessNetworks.map(({ kind }) => kind),
    ),
    ...rowsOf(
      'ranges',
      curatedRanges.map(({ purpose }) => purpose),
    ),
  ]
}

function rowsOf(of: 'networks' | 'ranges', kinds: readonly string[]) {
  const date = new Date(NETWORKS_DATE).toISOString().slice(0, 10)
  return [...new Set(kinds)].sort().map((kind) => {
    const entries = kinds.filter((one) => one === kind).length
    return { name: `${kind} ${of}`, kind, source: 'Sallyport', licence: 'Apache-2.0', date, entries }
  })
}
