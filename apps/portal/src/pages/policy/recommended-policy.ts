import type { DraftRule, PolicyDraft } from '../../policy-draft/policy-draft.ts'

type RecommendedRule = Pick<DraftRule, 'name' | 'type' | 'conditions'>

const is = (name: string, value: boolean | string) => ({ '==': [{ var: name }, value] })

export const recommendedDataPoint = {
  name: 'transactionValue',
  dataType: 'number',
  modelType: 'action',
  description: 'The amount of the transfer',
} as const

/** A client decides what it sends: what it leaves out must not help it. */
export const recommendedInputs = { requires: ['ip', 'device', 'userAgent', 'transactionValue'], whenMissing: 'FAIL_CLOSED' } as const

/** What counts the money that was moved without a proof, for one action. One that counts it already is used again, and a name that is taken for something else is not. */
export function recommendedFeature(actionCode: string, declared: readonly { name: string }[]) {
  const wanted = {
    metric: 'sum',
    of: 'custom.transactionValue',
    per: 'user',
    windowMinutes: 1440,
    actions: [actionCode],
    states: ['ALLOW'],
  } as const
  const counts = (feature: { name: string }) =>
    Object.entries(wanted).every(([key, value]) => JSON.stringify(feature[key as keyof typeof feature]) === JSON.stringify(value))
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? 'unprovenLast24h' : `unprovenLast24h${number}`
    const other = declared.find((feature) => feature.name === name)
    if (other === undefined || counts(other)) return { isDeclared: other !== undefined, feature: { name, ...wanted } }
  }
}

/** The rules of `examples/recommended-policy.yaml`, in their order. A test holds the two together. */
export function recommendedRules(feature: string): RecommendedRule[] {
  const today = { '+': [{ var: 'custom.transactionValue' }, { var: `velocity.${feature}` }] }
  return [
    challenge('Tor', is('ip.isTor', true)),
    challenge('Neither device nor address is trusted', {
      and: [is('device.isTrusted', false), { or: [is('ip.isTrusted', false), is('ip.asnType', 'mobile')] }],
    }),
    challenge('New country or impossible travel', { or: [is('ip.isNewCountry', true), is('ip.impossibleTravel', true)] }),
    challenge('Over 2,000 in a day, without a trusted device at a trusted address', {
      and: [{ '>': [today, 2000] }, { or: [is('device.isTrusted', false), is('ip.isTrusted', false), is('ip.asnType', 'mobile')] }],
    }),
    challenge('Over 10,000 in a day', { '>': [today, 10_000] }),
  ]
}

function challenge(name: string, conditions: NonNullable<DraftRule['conditions']>): RecommendedRule {
  return { name, type: 'CHALLENGE', conditions }
}

/** The draft with the recommended rules after its own, and the inputs they need. A rule of the same name stays as it is. */
export function withRecommended(draft: PolicyDraft, feature: string, newId: () => string): PolicyDraft {
  const missing = recommendedRules(feature).filter(({ name }) => !draft.rules.some((rule) => rule.name === name))
  return {
    ...draft,
    requires: [...new Set([...(draft.requires ?? []), ...recommendedInputs.requires])],
    whenMissing: recommendedInputs.whenMissing,
    rules: [...draft.rules, ...missing.map((rule): DraftRule => ({ ...rule, ruleId: newId(), mode: 'active' }))],
  }
}
