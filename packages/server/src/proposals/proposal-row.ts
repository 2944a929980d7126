import type { Actor } from '../audit/actor.ts'
import { ApiError } from '../errors/api-error.ts'
import { toIso } from '../http/iso-time.ts'
import type { Proposal, ProposalSummary } from '../rules/proposal-json.ts'
import type { RulesDocument } from '../rules-document/rules-document.ts'
import type { ProposalTable } from '../storage/schema.ts'
import type { Db } from '../storage/store.ts'

/** What the author of a proposal saw of it. */
export type CheckedProposal = Pick<Proposal, 'changes' | 'actions' | 'broken'>

/** Refuses a proposal that does not exist as not found. */
export async function loadProposal(db: Db, tenantId: string, proposalId: string): Promise<ProposalTable> {
  const row = await db
    .selectFrom('proposals')
    .where('tenant_id', '=', tenantId)
    .where('proposal_id', '=', proposalId)
    .selectAll()
    .executeTakeFirst()
  if (row === undefined) throw new ApiError('not_found', 'there is no such proposal')
  return row
}

export function documentOf(row: ProposalTable): RulesDocument {
  return JSON.parse(row.document)
}

export function authorOf(row: Pick<ProposalTable, 'actor'>): Actor {
  return JSON.parse(row.actor)
}

/** The state now: an open proposal expires by itself. */
export function stateOf({ state, expires_at }: Pick<ProposalTable, 'state' | 'expires_at'>, at: number): ProposalSummary['state'] {
  return state === 'open' && expires_at <= at ? 'expired' : state
}

export function toSummary(row: Omit<ProposalTable, 'document' | 'checked'>, at: number): ProposalSummary {
  return {
    proposalId: row.proposal_id,
    state: stateOf(row, at),
    actionCodes: JSON.parse(row.action_codes),
    event: row.event,
    ...(row.message === null ? {} : { message: row.message }),
    actor: authorOf(row),
    createdAt: toIso(row.created_at),
    expiresAt: toIso(row.expires_at),
    ...(row.closed_at === null ? {} : { closedAt: toIso(row.closed_at) }),
    ...(row.closed_by === null ? {} : { closedBy: JSON.parse(row.closed_by) as Actor }),
    ...(row.reason === null ? {} : { reason: row.reason }),
  }
}

/** `versions`: those in force, by action. */
export function toProposal(
  row: ProposalTable,
  { versions, isYours }: { versions: ReadonlyMap<string, number>; isYours: boolean },
  at: number,
): Proposal {
  const checked: CheckedProposal = JSON.parse(row.checked)
  const isBaseMoved = checked.actions.some(({ actionCode, basePolicyVersion }) => (versions.get(actionCode) ?? 0) !== basePolicyVersion)
  // Lists may be long, and the differences say what changes in them.
  const { lists: _, ...document } = documentOf(row)
  return { ...toSummary(row, at), ...checked, isYours, isBaseMoved, document }
}

/** The versions of all policies in force, by action. */
export async function versionsInForce(db: Db, tenantId: string): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('action_configurations')
    .where('tenant_id', '=', tenantId)
    .select(['action_code', 'policy_version'])
    .execute()
  return new Map(rows.map(({ action_code, policy_version }) => [action_code, policy_version]))
}
