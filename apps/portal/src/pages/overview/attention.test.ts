import assert from 'node:assert/strict'
import { test } from 'node:test'
import { groupAttention } from './attention.ts'

test('each thing leads to the page that fixes it and to its events', () => {
  const groups = groupAttention([
    { code: 'reviews_waiting', subject: 'reviews', sentence: 'R.', filter: { state: 'REVIEW_REQUIRED' } },
    { code: 'rule_never_fired', subject: 'r1', sentence: 'N.', filter: { action: 'pay/in', from: 'x' } },
    { code: 'data_set_not_current', subject: 'tor', sentence: 'T.' },
    { code: 'data_set_not_current', subject: 'vpn', sentence: 'V.' },
    { code: 'undeclared_data_point', subject: 'custom.amount', sentence: 'U.', filter: { action: 'pay' } },
    { code: 'spike', subject: 'events', sentence: 'S.', filter: { from: 'x' } },
  ])
  assert.deepEqual(
    groups.map(({ title, items }) => [title, items.map(({ fix, events }) => [fix?.href, events])]),
    [
      ['Reviews wait', [['/reviews', '/events?state=REVIEW_REQUIRED']]],
      ['A rule never matches', [['/actions/pay%2Fin', '/events?action=pay%2Fin&from=x']]],
      [
        '2 data sets are not current',
        [
          ['/ip', undefined],
          ['/ip', undefined],
        ],
      ],
      ['Undeclared data arrives', [['/data-points', '/events?action=pay']]],
      ['More than usual', [[undefined, '/events?from=x']]],
    ],
  )
})
