import type { Answer } from '../../api/api.ts'

export type EnrolmentLink = Answer<'get', '/users/{userId}/enrolment-links'>[number]

/** Whether it can still become a way in, so that it can be cancelled. */
export function isOpenLink({ state }: Pick<EnrolmentLink, 'state'>): boolean {
  return state === 'WAITING_FOR_APPROVAL' || state === 'WAITING' || state === 'USABLE'
}

/** What becomes of a link, in words, and the time that matters for it. */
export function describeLink(link: EnrolmentLink): { words: string; at: string | undefined } {
  const { state, usableFrom, expiresAt } = link
  switch (state) {
    case 'WAITING_FOR_APPROVAL':
      return { words: 'waits for a second admin; expires', at: expiresAt }
    case 'WAITING':
      return { words: 'waits; can be used', at: usableFrom }
    case 'USABLE':
      return { words: 'can be used; expires', at: expiresAt }
    case 'USED':
      return { words: 'used', at: undefined }
    case 'CANCELLED':
      return { words: link.cancelledBy?.kind === 'user' ? 'cancelled by the user' : 'cancelled', at: undefined }
    case 'EXPIRED':
      return { words: 'expired', at: expiresAt }
  }
}

/** What happens after a link is issued, for whoever is about to issue it. */
export function describeWait({
  enrolmentLinkWaitHours,
  enrolmentLinkNeedsApproval,
}: {
  enrolmentLinkWaitHours?: number | null | undefined
  enrolmentLinkNeedsApproval?: boolean | null | undefined
}): string {
  const hours = enrolmentLinkWaitHours ?? 24
  const wait = hours === 0 ? 'without a wait' : hours === 1 ? 'an hour later' : `${hours.toLocaleString('en')} hours later`
  return enrolmentLinkNeedsApproval === true
    ? `A second admin has to approve it. It can be used once, ${wait}, and the user is told and can cancel it until then.`
    : `It can be used once, ${wait}. The user is told and can cancel it until then.`
}
