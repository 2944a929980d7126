import type { Policy } from '@sallyport/engine'
import type { Measured } from '../row.ts'
import {
  attackSection,
  type ByPolicy,
  frictionSection,
  learningSection,
  rulesSection,
  seedsSection,
  signedSection,
} from '../trust/describe-trust.ts'
import { articlePolicy, noveltyPolicy, recommendedPolicy } from '../trust/policies.ts'
import type { DeviceIds } from '../trust/sign-ids.ts'
import { simulateTrust } from '../trust/simulate-trust.ts'

/** The tables are of the first bank; the others show how much is chance. */
const seeds = ['bank 1', 'bank 2', 'bank 3'] as const
const [users, days] = [1000, 90]

/** Simulates a thousand users and seven kinds of attackers over 90 days, under the article's rules and under the recommended ones. */
export async function trust(): Promise<Measured> {
  const recommended = recommendedPolicy()
  const run = (seed: string, policy: Policy, deviceIds?: DeviceIds) => simulateTrust({ seed, users, days, deviceIds }, policy)
  const runs = new Map(
    seeds.map((seed): [string, ByPolicy] => [seed, { article: run(seed, articlePolicy), recommended: run(seed, recommended) }]),
  )
  const first = runs.get(seeds[0]) as ByPolicy
  const novelty = run(seeds[0], noveltyPolicy)
  const signed = (['signed', 'signed, and used by malware'] as const).map(
    (ids) => [ids, { recommended: run(seeds[0], recommended, ids), novelty: run(seeds[0], noveltyPolicy, ids) }] as const,
  )
  return {
    rows: [],
    sections: [
      attackSection(first),
      frictionSection(first),
      rulesSection(first),
      learningSection(novelty),
      signedSection(new Map([['copyable', { recommended: first.recommended, novelty }], ...signed])),
      seedsSection(runs),
    ],
  }
}
