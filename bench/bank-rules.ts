import type { JsonValue, PolicyDefinition } from '@sallyport/engine'

/** Typical conditions of tenants, as JsonLogic. Few of them hold for the events of `bank-events.ts`. */
export function bankConditions(index: number): Record<string, unknown> {
  return (kinds[index % kinds.length] as (index: number) => Record<string, unknown>)(index)
}

/** Countries that no event of `bank-events.ts` comes from. */
const quietCountries = ['AQ', 'BV', 'HM', 'TF', 'GS', 'UM', 'IO', 'PN', 'TK', 'NF']

const kinds: readonly ((index: number) => Record<string, unknown>)[] = [
  () => ({ and: [{ '==': [{ var: 'ip.isAnonymous' }, true] }] }),
  (index) => ({ '>': [{ var: 'custom.transactionValue' }, 4800 + index] }),
  (index) => ({ and: [{ '==': [{ var: 'device.isNew' }, true] }, { '>': [{ var: 'custom.transactionValue' }, 3000 + index] }] }),
  (index) => ({ in: [{ var: 'ip.location.country.countryCode' }, ['KP', 'IR', 'CU', quietCountries[index % quietCountries.length]]] }),
  (index) => ({ or: [{ '>': [{ var: 'velocity.actions1h' }, 500 + index] }, { '>': [{ var: 'velocity.devices1h' }, 20 + index] }] }),
  () => ({ and: [{ '==': [{ var: 'device.isBot' }, true] }, { '!': { '==': [{ var: 'ip.isHosting' }, true] } }] }),
  (index) => ({ and: [{ '==': [{ var: 'ip.isUnrecognized' }, true] }, { '>': [{ var: 'custom.transactionValue' }, 4900 + index] }] }),
  (index) => ({ and: [{ '==': [{ var: 'ip.isNewCountry' }, true] }, { '>=': [{ var: 'user.accountAgeDays' }, index] }] }),
  (index) => ({ '==': [{ var: 'custom.recipient' }, `NZ99-${index}`] }),
  (index) => ({ and: [{ '<': [{ var: 'time.hour' }, 24] }, { '>': [{ var: 'velocity.actions24h' }, 900 + index] }] }),
]

/** A policy with `count` rules. */
export function bankPolicy(action: string, count: number): PolicyDefinition {
  return {
    action,
    version: 1,
    defaultOutcome: 'ALLOW',
    whenUnenrolled: 'ENROLL',
    verificationMethods: [],
    rules: Array.from({ length: count }, (_, index) => ({
      ruleId: String(index),
      name: `rule ${index}`,
      priority: index,
      outcome: 'CHALLENGE',
      mode: 'active',
      conditions: bankConditions(index) as JsonValue,
    })),
  }
}
