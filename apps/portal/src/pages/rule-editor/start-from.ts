import type { JsonValue } from '@sallyport/engine/facts'
import type { Outcome } from '../../policy-draft/policy-draft.ts'

/** A rule to start from. */
export interface Start {
  name: string
  type: Outcome
  conditions: JsonValue
}

const is = (name: string, value: JsonValue = true): JsonValue => ({ '==': [{ var: name }, value] })
const over = (name: string, value: number): JsonValue => ({ '>': [{ var: name }, value] })
const under = (name: string, value: number): JsonValue => ({ '<': [{ var: name }, value] })

/** The rules of the article and its extensions. `amount` is the data point in which the action sends money; without one, rules on it are left out. */
export function starts(amount: string | undefined): Start[] {
  const general: Start[] = [
    { name: 'IP is anonymous', type: 'CHALLENGE', conditions: { and: [is('ip.isAnonymous')] } },
    { name: 'New country or impossible travel', type: 'CHALLENGE', conditions: { or: [is('ip.isNewCountry'), is('ip.impossibleTravel')] } },
    { name: 'VPN or bad reputation', type: 'CHALLENGE', conditions: { or: [is('ip.isVpn'), over('ip.reputation', 30)] } },
    {
      name: 'Many actions from different devices',
      type: 'REVIEW',
      conditions: { and: [over('velocity.actions10m', 5), over('velocity.devices1h', 1)] },
    },
  ]
  if (amount === undefined) return general
  const money = `custom.${amount}`
  const [first, ...others] = general
  return [
    ...(first === undefined ? [] : [first]),
    { name: 'High amount', type: 'CHALLENGE', conditions: { and: [over(money, 2000)] } },
    ...others,
    {
      name: 'Lower limit for a young account',
      type: 'CHALLENGE',
      conditions: { and: [under('user.accountAgeDays', 30), over(money, 500)] },
    },
  ]
}
