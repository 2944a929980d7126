import type { ExplainOptions } from '../src/explain/vocabulary.ts'

/** The vocabulary of the imaginary bank that the golden rules belong to. */
export const goldenOptions: ExplainOptions = {
  lists: new Map([
    ['blocked-countries', 'Blocked countries'],
    ['office', 'Office networks'],
  ]),
  dataPoints: new Map([
    ['transactionValue', { dataType: 'number', label: 'the amount' }],
    ['tags', { dataType: 'multiselect' }],
    ['payee', { dataType: 'text' }],
    ['currency', { dataType: 'text' }],
    ['isGift', { dataType: 'boolean' }],
    ['tier', { dataType: 'text' }],
    ['balance', { dataType: 'number' }],
    ['dailyLimit', { dataType: 'number' }],
  ]),
  features: [
    { name: 'sum24h', metric: 'sum', of: 'custom.transactionValue', per: 'user', windowMinutes: 1_440 },
    { name: 'recipients1h', metric: 'distinct', of: 'custom.payee', per: 'user', windowMinutes: 60, actions: ['transfer'] },
  ],
}
