import fc from 'fast-check'
import { UNAVAILABLE } from '../src/facts/missing.ts'
import type { UserFacts } from '../src/facts/user-facts.ts'
import type { FeatureDefinition } from '../src/features/feature-definition.ts'
import type { PolicyDefinition, RuleDefinition } from '../src/policy/policy-definition.ts'
import type { Instance } from '../src/stored/instance.ts'
import { abroad, createTestTenant, isTrue, linuxFirefox, noon, torExit, windowsChrome } from './tenant.ts'

// Histories for the property tests of backtests: a few users, two actions, every way an instance can end.

export const historyFeatures: readonly FeatureDefinition[] = [
  { name: 'sum24h', metric: 'sum', of: 'custom.amount', per: 'user', windowMinutes: 1440 },
  { name: 'payees1h', metric: 'distinct', of: 'custom.payee', per: 'user', windowMinutes: 60, actions: ['transfer'] },
  { name: 'ofDevice', metric: 'count', per: 'device', windowMinutes: 600 },
  { name: 'ofNetwork', metric: 'count', per: 'network', windowMinutes: 7 },
  { name: 'toPayee', metric: 'distinct', of: 'user.id', per: 'custom.payee', windowMinutes: 129_600 },
  { name: 'failures', metric: 'count', per: 'user', windowMinutes: 1440, states: ['CHALLENGE_FAILED', 'BLOCK'] },
]

const condition = fc.constantFrom(
  isTrue('ip.isAnonymous'),
  isTrue('device.isNew'),
  isTrue('ip.isTor'),
  { '>': [{ var: 'custom.amount' }, 50] },
  { '>': [{ var: 'velocity.sum24h' }, 120] },
  { '>=': [{ var: 'velocity.payees1h' }, 2] },
  { '>': [{ var: 'velocity.actions1h' }, 3] },
  { '==': [{ var: 'ip.location.country.countryCode' }, 'DE'] },
  { '!=': [{ var: 'user.id' }, 'jane'] },
  { and: [{ '!': [isTrue('ip.isVpn')] }, { '>': [{ var: 'custom.amount' }, 20] }] },
  {},
)

export const arbitraryRules: fc.Arbitrary<RuleDefinition[]> = fc
  .array(
    fc.record({
      condition,
      outcome: fc.constantFrom('ALLOW', 'CHALLENGE', 'REVIEW', 'BLOCK'),
      mode: fc.constantFrom('active', 'active', 'active', 'shadow', 'off'),
      rolloutPercent: fc.constantFrom(undefined, undefined, 50),
      whenUndetermined: fc.constantFrom(undefined, 'SKIP'),
    }),
    { maxLength: 6 },
  )
  .map((rules) =>
    rules.map(({ condition: conditions, ...rest }, priority) => ({
      ruleId: `r${priority}`,
      name: `r${priority}`,
      priority,
      conditions,
      ...rest,
    })),
  )

export function policyOf(rules: RuleDefinition[], changes: Partial<PolicyDefinition> = {}): PolicyDefinition {
  return {
    action: 'transfer',
    version: 1,
    defaultOutcome: 'ALLOW',
    whenUnenrolled: 'ENROLL',
    verificationMethods: [],
    rules,
    ...changes,
  }
}

const step = fc.record({
  minutes: fc.integer({ min: 1, max: 400 }),
  userId: fc.constantFrom('jane', 'john', 'mary'),
  action: fc.constantFrom('transfer', 'transfer', 'login'),
  deviceId: fc.constantFrom('laptop', 'phone', null),
  userAgent: fc.constantFrom(windowsChrome, linuxFirefox, null),
  ip: fc.constantFrom({}, { address: '198.51.100.8' }, abroad, torExit, null, { isTor: UNAVAILABLE, isVpn: UNAVAILABLE }),
  custom: fc.record({ amount: fc.nat(100), payee: fc.constantFrom('a', 'b', 'c') }, { requiredKeys: [] }),
  afterwards: fc.constantFrom('nothing', 'succeeded', 'failed', 'confirmed', 'disputed'),
})

export interface History {
  /** The instances in their final states, in the order of their decisions. */
  instances: Instance[]
  user: UserFacts
}

/** The history of a tenant with this policy: what was decided and how it ended. */
export function arbitraryHistory(policy: Partial<PolicyDefinition>, features?: readonly FeatureDefinition[]): fc.Arbitrary<History> {
  return fc.array(step, { minLength: 1, maxLength: 40 }).map((steps) => {
    const tenant = createTestTenant(policy, features)
    let at = noon
    const instances = steps.map(({ minutes, afterwards, ...attempt }) => {
      at += minutes * 60_000
      const { instance } = tenant.track({ ...attempt, at })
      const settled = settlementOf(afterwards, instance.createdAt + 1000)
      return (settled && tenant.settle(instance, settled)?.instance) ?? instance
    })
    return { instances, user: tenant.user }
  })
}

function settlementOf(afterwards: string, at: number) {
  switch (afterwards) {
    case 'succeeded':
      return {
        kind: 'challenge_succeeded',
        at,
        verificationMethod: 'PASSKEY',
        userAuthenticatorId: null,
        phishingResistant: true,
      } as const
    case 'failed':
      return { kind: 'challenge_failed', at } as const
    case 'confirmed':
      return { kind: 'set_state', at, state: 'REVIEW_SUCCEEDED' } as const
    case 'disputed':
      return { kind: 'dispute', at, actor: { kind: 'system' } } as const
    default:
      return undefined
  }
}
