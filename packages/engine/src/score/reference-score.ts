/** The counts of one level of a feature that the published method needs. Levels come finest first. */
export interface ReferenceLevel {
  weight: number
  /** Accepted logins of everybody with this value. */
  populationCount: number
  /** Different values of this level among everybody's logins. */
  populationDistinct: number
  /** Accepted logins of this user with this value. */
  userCount: number
}

export interface ReferenceFeature {
  levels: readonly ReferenceLevel[]
  /** Different values that the coarser levels have among everybody's logins that share the finest value, summed over these levels. */
  distinctInside: number
}

export interface ReferenceCounts {
  /** Accepted logins of everybody, and how many users they belong to. */
  population: { logins: number; users: number }
  /** Accepted logins of this user. */
  user: { logins: number }
  features: readonly ReferenceFeature[]
}

/** Weights as published in the code that came with Wiefling et al., finest level first. */
export const referenceWeights = {
  address: [0.6, 0.3, 0.1],
  userAgent: [0.5386653840551359, 0.2680451498625666, 0.18818295100109536, 0.0051065150812021525],
} as const

export interface ReferenceRisk {
  /** Higher is riskier; 0 to no upper limit. */
  risk: number
  /** The factor of each feature, in the order of `features`. */
  ratios: readonly number[]
}

/**
 * The published risk of Freeman et al. (NDSS 2016) as Wiefling et al. (FC 2021, TOPS 2022) weigh and smooth it:
 * `prod_k p(x_k) / p(x_k | u, L) * p(u | A) / p(u | L)`, every attacker equally likely to want any user, no attack data.
 *
 * Kept as published, with its two known faults: it is not monotone, and its prior hides strangers in busy accounts. `undefined` without a history: the
 * method does not score a first login.
 */
export function referenceRisk({ population, user, features }: ReferenceCounts): ReferenceRisk | undefined {
  if (user.logins === 0 || population.logins === 0 || population.users === 0) return undefined
  const ratios = features.map((feature) => ratioOf(feature, population.logins, user.logins))
  const prior = 1 / population.users / (user.logins / population.logins)
  return { risk: ratios.reduce((product, ratio) => product * ratio, 1) * prior, ratios }
}

function ratioOf({ levels, distinctInside }: ReferenceFeature, logins: number, userLogins: number): number {
  let everybody = 0
  let user = 0
  let coarserDistinct = 0
  for (const level of levels.slice(1)) coarserDistinct += level.populationDistinct
  levels.forEach(({ weight, populationCount, userCount }, depth) => {
    // Smoothing applies to the finest level of everybody's counts only, and to none of the user's.
    const likelihood =
      depth === 0
        ? smoothed(populationCount, populationCount, 1 + distinctInside, 1) * smoothed(populationCount, logins, 1 + coarserDistinct)
        : populationCount / logins
    everybody += weight * likelihood
    user += weight * (userCount / userLogins)
  })
  return user === 0 ? 4 : everybody / user
}

/**
 * The share of a value seen `count` times out of `all`, smoothed over the `m` values it could have had. `unseen`: the value was never seen.
 */
function smoothed(count: number, all: number, m: number, unseen = 1 / (all + m)): number {
  return count === 0 ? unseen : (count / all) * (1 - m / (all + m))
}
