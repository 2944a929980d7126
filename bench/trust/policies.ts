import path from 'node:path'
import { compilePolicy, type JsonValue, type Policy } from '@sallyport/engine'
import { checkAction } from '../../packages/server/src/rules-as-code/check-action.ts'
import { readRulesFiles } from '../../packages/server/src/rules-as-code/read-rules-files.ts'
import { worldOf } from '../../packages/server/src/rules-as-code/rules-world.ts'

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

/** The policy of `examples/recommended-policy.yaml`, read as `rules import` reads it. */
export function recommendedPolicy(): Policy {
  const file = path.join(import.meta.dirname, '../../examples/recommended-policy.yaml')
  const files = readRulesFiles([file])
  const world = worldOf(files)
  const [action] = files.actions.map((each) => checkAction(world, each))
  if (action === undefined || action.problem !== undefined) throw new Error(`${file}: ${action?.problem ?? 'has no action'}`)
  return compilePolicy(action.definition, { ...world.context, enabledMethods: ['PASSKEY'] })
}

function rule(priority: number, name: string, conditions: JsonValue) {
  return { ruleId: name, name, priority, outcome: 'CHALLENGE', mode: 'active', conditions } as const
}
