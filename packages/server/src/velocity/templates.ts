import type { FeatureDefinition, JsonValue, Outcome } from '@sallyport/engine'

/** A question about velocity that many applications ask: the features it counts, and the rule that reads them. */
export interface VelocityTemplate {
  id: string
  title: string
  /** What it stops, in a sentence. */
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
    title: 'Rapid successive transfers from different devices',
    purpose: 'Somebody who moves money from three devices within ten minutes is probably not one person.',
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
    purpose: 'A payment to somebody whom this user did not pay in the last 90 days is where fraud ends up.',
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
    title: 'The sum of 24 hours above the user’s own daily limit',
    purpose: 'Many small transfers add up; the limit is the one your application keeps for the user.',
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
    purpose: 'An account that pays ten people within an hour is being emptied, or is a mule.',
    dataPoints: [{ name: 'recipient', dataType: 'text', modelType: 'action' }],
    features: [{ name: 'recipients1h', metric: 'distinct', of: 'custom.recipient', per: 'user', windowMinutes: 60, actions: ['transfer'] }],
    rule: { name: 'Ten recipients in an hour', outcome: 'BLOCK', conditions: { '>=': [{ var: 'velocity.recipients1h' }, 10] } },
  },
  {
    id: 'recipient-of-many',
    title: 'A recipient whom many users begin to pay',
    purpose: 'Five users who pay the same account within a day, who never met: a mule account collects.',
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
    title: 'A network that keeps being refused',
    purpose: 'Guessing goes on from the next address of the same network: count what was blocked or failed by network.',
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
