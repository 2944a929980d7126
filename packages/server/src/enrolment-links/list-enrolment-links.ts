import type { Actor } from '../audit/actor.ts'
import { findPerson } from '../proposals/find-person.ts'
import type { Store } from '../storage/store.ts'
import { type EnrolmentLink, listLinkRows, toEnrolmentLink } from './enrolment-link.ts'

/** The enrolment links of a user, oldest first. `isYours`: whoever asks issued it, and so cannot approve it. */
export async function listEnrolmentLinks(
  { store: { db }, clock }: { store: Pick<Store, 'db'>; clock: () => number },
  tenantId: string,
  userId: string,
  actor: Actor,
): Promise<(EnrolmentLink & { isYours: boolean })[]> {
  const person = await findPerson(db, tenantId, actor)
  const links: (EnrolmentLink & { isYours: boolean })[] = []
  for (const row of await listLinkRows(db, tenantId, userId)) {
    const isYours = person !== undefined && person === (await findPerson(db, tenantId, row.details.issuedBy))
    links.push({ ...toEnrolmentLink(row, clock()), isYours })
  }
  return links
}
