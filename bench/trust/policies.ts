import { readFileSync } from 'node:fs'
import path from 'node:path'
import { compilePolicy, type FeatureDefinition, type JsonValue, type Outcome, type Policy, type PolicyDefinition } from '@sallyport/engine'

const lists = new Map()

/** The article's two rules, and nothing else. */
export const articlePolicy: Policy = compilePolicy(
  {
    action: 'adaptive-mfa-transfer',
    version: 1,
    defaultOutcome: 'ALLOW',
    whenUnenrolled: 'ENROLL',
    verificationMethods: [],
    rules: [
      rule(0, 'IP is anonymous', { '==': [{ var: 'ip.isAnonymous' }, true] }),
      rule(1, 'Transfer over $2,000', { '>': [{ var: 'custom.transactionValue' }, 2000] }),
    ],
  },
  { lists, enabledMethods: ['PASSKEY'], configVersion: 1 },
)

/**
 * A large transfer is challenged from what is new for the user, and from nothing else: no policy to recommend, but it stands or falls with
 * what the profile takes for known.
 */
export const noveltyPolicy: Policy = compilePolicy(
  {
    action: 'adaptive-mfa-transfer',
    version: 1,
    defaultOutcome: 'ALLOW',
    whenUnenrolled: 'ENROLL',
    verificationMethods: [],
    requires: ['ip', 'device', 'userAgent'],
    whenMissing: 'FAIL_CLOSED',
    rules: [
      rule(0, 'Over 2,000 from a new device', {
        and: [{ '>': [{ var: 'custom.transactionValue' }, 2000] }, { '==': [{ var: 'device.isNew' }, true] }],
      }),
      rule(1, 'Over 2,000 with a high score', {
        and: [{ '>': [{ var: 'custom.transactionValue' }, 2000] }, { '>=': [{ var: 'risk.score' }, 30] }],
      }),
    ],
  },
  { lists, enabledMethods: ['PASSKEY'], configVersion: 1 },
)

/** The policy that `examples/recommended-policy.json` has for transfers. */
export function recommendedPolicy(): Policy {
  const file = path.join(import.meta.dirname, '../../examples/recommended-policy.json')
  const { features, actions }: RulesFile = JSON.parse(readFileSync(file, 'utf8'))
  const [action] = actions
  if (action === undefined) throw new RangeError(`${file} has no action`)
  const { actionCode, defaultUserActionResult, requires, whenMissing, rules } = action
  return compilePolicy(
    {
      action: actionCode,
      version: 1,
      defaultOutcome: defaultUserActionResult,
      whenUnenrolled: 'ENROLL',
      verificationMethods: ['PASSKEY'],
      requires,
      whenMissing,
      rules: rules.map(({ name, conditions }, priority) => rule(priority, name, conditions)),
    },
    { lists, enabledMethods: ['PASSKEY'], configVersion: 1, features },
  )
}

interface RulesFile {
  features: FeatureDefinition[]
  actions: (Pick<PolicyDefinition, 'requires' | 'whenMissing'> & {
    actionCode: string
    defaultUserActionResult: Outcome
    rules: { name: string; type: Outcome; conditions: JsonValue }[]
  })[]
}

function rule(priority: number, name: string, conditions: JsonValue) {
  return { ruleId: name, name, priority, outcome: 'CHALLENGE', mode: 'active', conditions } as const
}
