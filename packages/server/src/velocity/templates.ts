import type { FeatureDefinition, JsonValue, Outcome } from '@sallyport/engine'

/** A question about velocity that many applications ask: the features it counts, and the rule that reads them. */
export interface VelocityTemplate {
  id: string
  title: string
  /** One sentence about the fraud it stops. */
  purpose: string
  /** Data points it needs. */
  dataPoints: readonly { name: string; dataType: 'text' | 'number'; modelType: 'action' | 'user' }[]
  features: readonly FeatureDefinition[]
  rule: { name: string; outcome: Outcome; conditions: JsonValue }
}

/**
 * Ready to be declared as they are, or with other numbers. The action is `transfer`; names of data points are those of the guide to velocity.
 */
export const velocityTemplates: readonly VelocityTemplate[] = [
  {
    id: 'transfers-from-different-devices',
    title: 'Transfers from several devices in quick succession',
    purpose: 'Transfers from three devices within ten minutes rarely come from one person.',
    dataPoints: [],
    features: [{ name: 'transferDevices10m', metric: 'distinct', of: 'device.id', per: 'user', windowMinutes: 10, actions: ['transfer'] }],
    rule: {
      name: 'Transfers from several devices',
      outcome: 'CHALLENGE',
      conditions: { '>=': [{ var: 'velocity.transferDevices10m' }, 3] },
    },
  },
  {
    id: 'first-payment-to-recipient',
    title: 'First payment to a new recipient',
    purpose: 'Fraud usually ends in a payment to somebody whom the user has not paid in the last 90 days.',
    dataPoints: [{ name: 'recipient', dataType: 'text', modelType: 'action' }],
    features: [
      { name: 'paymentsToRecipient90d', metric: 'count', per: 'user+custom.recipient', windowMinutes: 129_600, actions: ['transfer'] },
    ],
    rule: {
      name: 'First payment to this recipient',
      outcome: 'CHALLENGE',
      conditions: { '==': [{ var: 'velocity.paymentsToRecipient90d' }, 1] },
    },
  },
  {
    id: 'daily-limit',
    title: 'More than the user’s own daily limit in 24 hours',
    purpose: 'Many small transfers add up. Your application stores the limit with the user.',
    dataPoints: [
      { name: 'amount', dataType: 'number', modelType: 'action' },
      { name: 'dailyLimit', dataType: 'number', modelType: 'user' },
    ],
    features: [{ name: 'transferred24h', metric: 'sum', of: 'custom.amount', per: 'user', windowMinutes: 1440, actions: ['transfer'] }],
    rule: {
      name: 'Above the daily limit',
      outcome: 'REVIEW',
      conditions: { '>': [{ var: 'velocity.transferred24h' }, { var: 'user.custom.dailyLimit' }] },
    },
  },
  {
    id: 'many-recipients',
    title: 'Ten recipients in an hour',
    purpose: 'An account that pays ten people within an hour is probably being emptied, or is a mule account.',
    dataPoints: [{ name: 'recipient', dataType: 'text', modelType: 'action' }],
    features: [{ name: 'recipients1h', metric: 'distinct', of: 'custom.recipient', per: 'user', windowMinutes: 60, actions: ['transfer'] }],
    rule: { name: 'Ten recipients in an hour', outcome: 'BLOCK', conditions: { '>=': [{ var: 'velocity.recipients1h' }, 10] } },
  },
  {
    id: 'recipient-of-many',
    title: 'Many users pay the same recipient',
    purpose: 'Five users who pay the same account within a day suggest a mule account.',
    dataPoints: [{ name: 'recipient', dataType: 'text', modelType: 'action' }],
    features: [
      {
        name: 'payersOfRecipient24h',
        metric: 'distinct',
        of: 'user.id',
        per: 'custom.recipient',
        windowMinutes: 1440,
        actions: ['transfer'],
      },
    ],
    rule: {
      name: 'Many payers of one recipient',
      outcome: 'REVIEW',
      conditions: { '>=': [{ var: 'velocity.payersOfRecipient24h' }, 5] },
    },
  },
  {
    id: 'failures-of-a-network',
    title: 'A network with many refusals',
    purpose: 'Attackers move on to the next address of the same network, so this counts blocked and failed actions per network.',
    dataPoints: [],
    features: [
      {
        name: 'refusalsOfNetwork1h',
        metric: 'count',
        per: 'network',
        windowMinutes: 60,
        states: ['BLOCK', 'CHALLENGE_FAILED', 'REVIEW_FAILED'],
      },
    ],
    rule: { name: 'A network that keeps failing', outcome: 'BLOCK', conditions: { '>=': [{ var: 'velocity.refusalsOfNetwork1h' }, 5] } },
  },
]
