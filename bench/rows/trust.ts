import type { Policy } from '@sallyport/engine'
import type { Measured } from '../row.ts'
import { attackSection, type ByPolicy, frictionSection, learningSection, rulesSection, seedsSection } from '../trust/describe-trust.ts'
import { articlePolicy, noveltyPolicy, recommendedPolicy } from '../trust/policies.ts'
import { simulateTrust } from '../trust/simulate-trust.ts'

const seeds = ['bank 1', 'bank 2', 'bank 3', 'bank 4', 'bank 5']
const [users, days] = [1000, 90]

/** Simulates a thousand users and seven kinds of attackers over 90 days, under the article's rules and under the recommended ones. */
export async function trust(): Promise<Measured> {
  const recommended = recommendedPolicy()
  const runs = Object.fromEntries(
    seeds.map((seed): [string, ByPolicy] => {
      const run = (policy: Policy) => simulateTrust({ seed, users, days }, policy)
      return [seed, { article: run(articlePolicy), recommended: run(recommended), novelty: run(noveltyPolicy) }]
    }),
  )
  const [first] = Object.values(runs)
  if (first === undefined) throw new RangeError('there is no seed')
  return {
    rows: [],
    sections: [attackSection(first), frictionSection(first), rulesSection(first), learningSection(first), seedsSection(runs)],
  }
}
