import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeLink, describeWait, type EnrolmentLink, isOpenLink } from './describe-link.ts'

const link: EnrolmentLink = {
  linkId: 'l1',
  userId: 'ann',
  state: 'WAITING',
  reason: 'passport',
  createdAt: '2026-11-29T00:00:00.000Z',
  issuedBy: { kind: 'admin', id: 'a1' },
  usableFrom: '2026-11-30T00:00:00.000Z',
  expiresAt: '2026-12-03T00:00:00.000Z',
  isYours: true,
}

test('a link says when it can be used, and who ended it', () => {
  assert.deepEqual(describeLink(link), { words: 'waits; can be used', at: link.usableFrom })
  assert.equal(describeLink({ ...link, state: 'USABLE' }).at, link.expiresAt)
  assert.equal(describeLink({ ...link, state: 'CANCELLED', cancelledBy: { kind: 'user', id: 'ann' } }).words, 'cancelled by the user')
  assert.deepEqual(
    (['WAITING_FOR_APPROVAL', 'WAITING', 'USABLE', 'USED', 'CANCELLED', 'EXPIRED'] as const).map((state) => isOpenLink({ state })),
    [true, true, true, false, false, false],
  )
})

test('whoever issues a link reads first how long it waits, and for whom', () => {
  assert.match(describeWait({}), /^It can be used once, 24 hours later\./)
  assert.match(describeWait({ enrolmentLinkWaitHours: 0 }), /^It can be used once, without a wait\./)
  assert.match(
    describeWait({ enrolmentLinkWaitHours: 1, enrolmentLinkNeedsApproval: true }),
    /^A second admin has to approve it\. It can be used once, an hour later/,
  )
})
