import { ApiError } from '../errors/api-error.ts'
import type { ProposalSummary } from '../rules/proposal-json.ts'
import type { Store } from '../storage/store.ts'
import { toSummary } from './proposal-row.ts'

export interface ProposalQuery {
  state?: ProposalSummary['state'] | undefined
  limit: number
  cursor?: string | undefined
}

/** A page of proposals, newest first, by the state that they have now. */
export async function listProposals(
  { store, clock }: { store: Pick<Store, 'db'>; clock: () => number },
  tenantId: string,
  { state, limit, cursor }: ProposalQuery,
): Promise<{ proposals: ProposalSummary[]; cursor?: string }> {
  const at = clock()
  let found = store.db
    .selectFrom('proposals')
    .where('tenant_id', '=', tenantId)
    .select(['tenant_id', 'proposal_id', 'state', 'event', 'message', 'actor', 'action_codes', 'names_snoozed'])
    .select(['created_at', 'expires_at', 'closed_at', 'closed_by', 'reason'])
    .orderBy('created_at', 'desc')
    .orderBy('proposal_id', 'desc')
    .limit(limit + 1)
  if (state !== undefined) found = found.where('state', '=', state === 'expired' ? 'open' : state)
  if (state === 'open') found = found.where('expires_at', '>', at)
  if (state === 'expired') found = found.where('expires_at', '<=', at)
  if (cursor !== undefined) {
    const [createdAt, proposalId] = readCursor(cursor)
    found = found.where((where) =>
      where.or([
        where('created_at', '<', createdAt),
        where.and([where('created_at', '=', createdAt), where('proposal_id', '<', proposalId)]),
      ]),
    )
  }
  const rows = await found.execute()
  const last = rows.length > limit ? rows[limit - 1] : undefined
  return {
    proposals: rows.slice(0, limit).map((row) => toSummary(row, at)),
    ...(last === undefined ? {} : { cursor: `${last.created_at}_${last.proposal_id}` }),
  }
}

function readCursor(cursor: string): [createdAt: number, proposalId: string] {
  const [, createdAt, proposalId] = /^(\d{1,15})_(.{1,64})$/.exec(cursor) ?? []
  if (createdAt === undefined || proposalId === undefined)
    throw new ApiError('invalid_request', '`cursor` is not a cursor of an earlier page')
  return [Number(createdAt), proposalId]
}
