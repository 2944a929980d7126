import type { DraftRule } from '../../policy-draft/policy-draft.ts'

export interface RuleTemplate {
  id: string
  title: string
  /** One sentence about what it is for. */
  purpose: string
  /** Data that the application sends, which have to be declared before a rule can read them. */
  dataPoints: readonly { name: string; dataType: 'text' | 'number'; modelType: 'action' | 'user'; description: string }[]
  rule: Pick<DraftRule, 'name' | 'description' | 'type' | 'conditions' | 'whenUndetermined'>
}

const is = (name: string, value: boolean) => ({ '==': [{ var: name }, value] })
const over = (name: string, value: unknown) => ({ '>': [{ var: name }, value] })
const atLeast = (name: string, value: number) => ({ '>=': [{ var: name }, value] })

const amount = { name: 'transactionValue', dataType: 'number', modelType: 'action', description: 'The amount of the transfer' } as const

/** Rules to begin with: two that nearly everybody has, and four that look further. They can be changed before and after they are added. */
export const ruleTemplates: readonly RuleTemplate[] = [
  {
    id: 'anonymous-address',
    title: 'The address is anonymous',
    purpose: 'Whoever comes through Tor, a VPN, a public proxy or a hosting network shows a passkey.',
    dataPoints: [],
    rule: {
      name: 'IP is anonymous',
      description: 'Tor, VPN, public proxy or hosting: a passkey, whatever the amount.',
      type: 'CHALLENGE',
      conditions: { and: [is('ip.isAnonymous', true)] },
    },
  },
  {
    id: 'high-amount',
    title: 'The amount is high',
    purpose: 'More than 2,000 needs a passkey, wherever it comes from.',
    dataPoints: [amount],
    rule: {
      name: 'Amount over 2,000',
      description: 'A passkey, wherever it comes from.',
      type: 'CHALLENGE',
      conditions: { and: [over('custom.transactionValue', 2000)] },
    },
  },
  {
    id: 'new-country',
    title: 'A new country, or travel that nobody could make',
    purpose: 'A person who was never seen in this country, or who would have had to fly faster than a plane.',
    dataPoints: [],
    rule: {
      name: 'New country or impossible travel',
      type: 'CHALLENGE',
      conditions: { or: [is('ip.isNewCountry', true), is('ip.impossibleTravel', true)] },
    },
  },
  {
    id: 'vpn-or-reputation',
    title: 'A VPN, or an address with a bad name',
    purpose: 'Others have failed, been blocked or disputed from the same address lately.',
    dataPoints: [],
    rule: {
      name: 'VPN or bad reputation',
      type: 'CHALLENGE',
      // Without a list of VPNs it would hold for everybody.
      whenUndetermined: 'SKIP',
      conditions: { or: [is('ip.isVpn', true), over('ip.reputation', 50)] },
    },
  },
  {
    id: 'several-devices',
    title: 'Several devices in quick succession',
    purpose: 'Three actions in ten minutes from two devices rarely come from one person.',
    dataPoints: [],
    rule: {
      name: 'Quick succession from several devices',
      type: 'CHALLENGE',
      conditions: { and: [atLeast('velocity.actions10m', 3), atLeast('velocity.devices1h', 2)] },
    },
  },
  {
    id: 'share-of-balance',
    title: 'Much of what the person has',
    purpose: 'The limit follows the balance that your application keeps with the user, so it is another one for each person.',
    dataPoints: [amount, { name: 'balance', dataType: 'number', modelType: 'user', description: 'The balance of the account' }],
    rule: {
      name: 'More than half of the balance',
      type: 'CHALLENGE',
      conditions: { and: [over('custom.transactionValue', { '*': [0.5, { var: 'user.custom.balance' }] })] },
    },
  },
]
