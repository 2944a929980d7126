import type { Measured } from '../row.ts'
import { attackSection, type ByPolicy, frictionSection, learningSection, rulesSection, seedsSection } from '../trust/describe-trust.ts'
import { articlePolicy, recommendedPolicy } from '../trust/policies.ts'
import { simulateTrust } from '../trust/simulate-trust.ts'

const seeds = ['bank 1', 'bank 2', 'bank 3', 'bank 4', 'bank 5']
const [users, days] = [1000, 90]

/** Simulates a thousand users and six kinds of attackers over 90 days, under the article's rules and under the recommended ones. */
export async function trust(): Promise<Measured> {
  const recommended = recommendedPolicy()
  const runs = Object.fromEntries(
    seeds.map((seed): [string, ByPolicy] => [
      seed,
      { article: simulateTrust({ seed, users, days }, articlePolicy), recommended: simulateTrust({ seed, users, days }, recommended) },
    ]),
  )
  const [first] = Object.values(runs)
  if (first === undefined) throw new RangeError('there is no seed')
  return {
    rows: [],
    sections: [attackSection(first), frictionSection(first), rulesSection(first), learningSection(first), seedsSection(runs)],
  }
}
