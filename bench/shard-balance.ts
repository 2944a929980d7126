import { mulberry32 } from './random.ts'

/** A population of tenants and users, with their inequality. */
export interface Population {
  tenants: number
  /** The users of all tenants together. */
  users: number
  /** The exponent of tenant sizes: the n-th largest has a share of n^-exponent. */
  tenantExponent: number
  /** The same exponent for the activity of a tenant's users. */
  userExponent: number
  seed: number
}

/** The key by which a row is placed. */
export type ShardingKey = 'tenant' | 'tenant and user'

export interface Balance {
  shards: number
  key: ShardingKey
  /** The load of the busiest shard divided by the mean: the spare capacity a shard needs. */
  maxOverMean: number
  /** The busiest shard's share of all load. */
  busiestShare: number
  /** The largest tenant's share of the busiest shard's load. */
  largestTenantOfBusiest: number
}

/** Each member's share of all activity, the busiest first, by Zipf's law. */
export function zipfShares(count: number, exponent: number): Float64Array {
  const shares = new Float64Array(count)
  let sum = 0
  for (let rank = 0; rank < count; rank++) {
    const weight = (rank + 1) ** -exponent
    shares[rank] = weight
    sum += weight
  }
  for (let rank = 0; rank < count; rank++) shares[rank] = (shares[rank] ?? 0) / sum
  return shares
}

/**
 * Computes how evenly the decisions of a population fall on shards when rows are placed by a hash of their key. Only the places are random: the
 * loads are expected values, so the same seed gives the same answer.
 */
export function balanceOf(population: Population, key: ShardingKey, shards: number): Balance {
  const { tenants, users, tenantExponent, userExponent, seed } = population
  const load = new Float64Array(shards)
  const ofLargest = new Float64Array(shards)
  const random = mulberry32(seed)
  const place = () => Math.floor(random() * shards)
  for (const [tenant, share] of zipfShares(tenants, tenantExponent).entries()) {
    const own = tenant === 0 ? ofLargest : undefined
    if (key === 'tenant') {
      add(load, own, place(), share)
      continue
    }
    for (const userShare of zipfShares(Math.max(1, Math.round(users * share)), userExponent)) add(load, own, place(), share * userShare)
  }
  const busiest = load.indexOf(Math.max(...load))
  const busiestShare = load[busiest] ?? 0
  return {
    shards,
    key,
    maxOverMean: busiestShare * shards,
    busiestShare,
    largestTenantOfBusiest: (ofLargest[busiest] ?? 0) / busiestShare,
  }
}

function add(load: Float64Array, own: Float64Array | undefined, shard: number, share: number): void {
  load[shard] = (load[shard] ?? 0) + share
  if (own !== undefined) own[shard] = (own[shard] ?? 0) + share
}
