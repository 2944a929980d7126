import type { Actor } from '../audit/actor.ts'
import { ruleRoles } from '../callers/role.ts'
import type { Delivery } from '../delivery/delivery.ts'
import type { ProposalTable } from '../storage/schema.ts'
import type { Db } from '../storage/store.ts'
import { findPerson } from './find-person.ts'

/** The people who are asked by mail at most. */
const mostAsked = 50

/** Where those are written to who may approve what this actor proposes: everybody who may change rules, but not the author, whose key counts as them. */
export async function listApproverAddresses(db: Db, tenantId: string, author: Actor): Promise<string[]> {
  const person = await findPerson(db, tenantId, author)
  const rows = await db
    .selectFrom('admins')
    .select(['admin_id', 'email'])
    .where('tenant_id', '=', tenantId)
    .where('role', 'in', ruleRoles)
    .where('email', 'is not', null)
    .orderBy('created_at')
    .limit(mostAsked + 1)
    .execute()
  const others = rows.filter(({ admin_id }) => admin_id !== person)
  return [...new Set(others.flatMap(({ email }) => email ?? []))].slice(0, mostAsked)
}

export interface TellApproversDeps {
  config: { publicUrl: string }
  delivery: Pick<Delivery, 'send'>
}

/** Writes to each of them that a proposal waits, without waiting for it. */
export function tellApprovers(
  { config, delivery }: TellApproversDeps,
  tenantName: string,
  addresses: readonly string[],
  { tenant_id: tenantId, proposal_id: proposalId, ...row }: ProposalTable,
): void {
  const author = JSON.parse(row.actor) as Actor
  const actionCodes = JSON.parse(row.action_codes) as string[]
  const [first] = actionCodes
  const page = first === undefined ? '' : `/${first}/proposals/${encodeURIComponent(proposalId)}`
  const data = {
    tenantName,
    proposedBy: author.name ?? 'Somebody with a management key',
    actionCodes,
    message: row.message ?? undefined,
    url: `${config.publicUrl}/portal/actions${page}`,
    expiresAt: row.expires_at,
  }
  for (const address of addresses) delivery.send({ tenantId, address }, 'proposal_waits', data, { usefulUntil: row.expires_at })
}
