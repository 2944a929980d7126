import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compilePolicy } from '@sallyport/engine'
import { recommendedFeature, recommendedInputs, recommendedRules } from '../../apps/portal/src/pages/policy/recommended-policy.ts'
import { type AttackerName, attackerNames } from './attackers/attackers.ts'
import { settledFriction } from './friction.ts'
import { articlePolicy, noveltyPolicy, recommendedPolicy } from './policies.ts'
import { simulateTrust, type TrustOutcome } from './simulate-trust.ts'

const small = { users: 60, days: 45 }
const seeds = ['small 1', 'small 2']
const run = (policy: typeof articlePolicy) => seeds.map((seed) => simulateTrust({ seed, ...small }, policy))
const [article, recommended, novelty] = [run(articlePolicy), run(recommendedPolicy()), run(noveltyPolicy)]
const signed = seeds.map((seed) => simulateTrust({ seed, ...small, deviceIds: 'signed' }, noveltyPolicy))

const victimsOf = ({ attacks }: TrustOutcome, name: AttackerName) =>
  attacks[name].filter(({ unchallengedOver }) => unchallengedOver > 0).length

test('no attacker but one on the network of the victim gets a large transfer past the article’s rules or the recommended policy', () => {
  for (const outcome of [...article, ...recommended]) {
    for (const name of attackerNames.filter((each) => each !== 'shareWifi')) {
      assert.ok(outcome.attacks[name].length >= 3, `${name} has victims`)
      for (const { triesOver, unchallengedOver } of outcome.attacks[name]) assert.ok(triesOver > 0 && unchallengedOver === 0, name)
    }
  }
})

test('a thief who sends exactly what the victim sends, from the same network, gets past the recommended policy: the simulation shows its limit', () => {
  for (const outcome of recommended) assert.ok(victimsOf(outcome, 'shareWifi') > 0)
})

test('every attacker takes a large transfer where nothing is asked', () => {
  const open = compilePolicy({ ...articlePolicy.definition, rules: [] }, articlePolicy.context)
  const outcome = simulateTrust({ seed: 'open', users: 30, days: 40 }, open)
  for (const name of attackerNames) assert.equal(victimsOf(outcome, name), outcome.attacks[name].length, name)
})

test('A2: attackers who repeat what is allowed stay new, so that a rule on what is new stops them after a month as on the first day', () => {
  for (const outcome of novelty) {
    for (const name of ['stuffFromTor', 'hideInVpn', 'liveNearby', 'bePatient'] as const) {
      for (const { wasKnownDevice, unchallengedOver } of outcome.attacks[name]) {
        assert.deepEqual([wasKnownDevice, unchallengedOver], [false, 0], name)
      }
    }
  }
  assert.ok(
    novelty.flatMap(({ attacks }) => attacks.bePatient).every(({ unchallengedUpTo }) => unchallengedUpTo > 20),
    'they were allowed to',
  )
})

test('A-19: a thief of a signed device id stays new, whatever network they come from, and no user is asked more often', () => {
  for (const [at, { attacks, friction }] of signed.entries()) {
    for (const name of ['copyDeviceId', 'shareWifi'] as const) {
      for (const { triesOver, wasKnownDevice, unchallengedOver } of attacks[name]) {
        assert.ok(triesOver > 0)
        assert.deepEqual([wasKnownDevice, unchallengedOver], [false, 0], name)
      }
      assert.ok(
        (novelty[at]?.attacks[name] ?? []).some(({ wasKnownDevice }) => wasKnownDevice),
        'an id without a key can be copied',
      )
    }
    assert.ok(settledFriction(friction).asked <= settledFriction((novelty[at] ?? assert.fail()).friction).asked)
  }
})

test('the article’s rules ask for every transfer through a VPN and every one over 2,000, and for no other', () => {
  for (const { friction } of article) {
    for (const [situation, { transfers, asked, over }] of Object.entries(friction.bySituation)) {
      assert.equal(asked, situation === 'VPN' ? transfers : over, situation)
    }
  }
})

test('the recommended policy seldom asks real users after their second week', () => {
  const all = recommended.map(({ friction }) => settledFriction(friction))
  const [transfers, asked] = [all.reduce((sum, one) => sum + one.transfers, 0), all.reduce((sum, one) => sum + one.asked, 0)]
  // One in twenty in a bank of a thousand over ninety days. Here every device has more of its time just after it was proven.
  assert.ok(transfers > 1000 && asked > 0 && asked / transfers < 1 / 14, `${asked} of ${transfers}`)
})

test('the recommended policy of the portal is the one that is measured', () => {
  const { definition, context } = recommendedPolicy()
  const { feature } = recommendedFeature(definition.action, [])
  assert.deepEqual(context.features, [feature])
  assert.deepEqual([definition.requires, definition.whenMissing], [[...recommendedInputs.requires], recommendedInputs.whenMissing])
  assert.deepEqual(
    definition.rules.map(({ name, outcome, conditions }) => ({ name, type: outcome, conditions })),
    recommendedRules(feature.name),
  )
})

test('the same seed gives the same outcome', () => {
  const tiny = { seed: 'again', users: 10, days: 15 }
  assert.deepEqual(simulateTrust(tiny, articlePolicy), simulateTrust(tiny, articlePolicy))
})
