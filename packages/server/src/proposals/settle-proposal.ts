import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import type { ProposalSummary } from '../rules/proposal-json.ts'
import { type SavedRules, type SaveRulesDeps, saveRules } from '../rules-document/save-rules.ts'
import type { ProposalTable } from '../storage/schema.ts'
import type { Db, Store } from '../storage/store.ts'
import { findPerson } from './find-person.ts'
import { authorOf, documentOf, loadProposal, stateOf, toSummary } from './proposal-row.ts'

/** How a person closes a proposal. */
export interface Settlement {
  proposalId: string
  actor: Actor
  reason?: string | undefined
}

/**
 * Puts a proposal into force: once, by another person than its author, and only on top of the versions that it was made to. Its tests run as they do before
 * every save. The versions that it makes name its author, the audit log names both.
 */
export async function approveProposal(
  deps: SaveRulesDeps,
  tenant: Tenant,
  { proposalId, actor, reason }: Settlement,
  ignoreFailingTests: boolean | undefined,
): Promise<{ proposal: ProposalSummary; saved: SavedRules }> {
  const { tenantId } = tenant
  const row = await loadProposal(deps.store.db, tenantId, proposalId)
  refuseClosed(row, deps.clock())
  const author = authorOf(row)
  await refuseOwn(deps.store.db, tenantId, author, actor)
  const document = documentOf(row)
  const message = `${row.message ?? row.event} (approved by ${actor.name ?? actor.id ?? actor.kind})`.slice(-1024)
  let approvedAt = 0
  const approval = {
    author,
    details: {
      proposalId,
      proposedBy: { kind: author.kind, id: author.id, name: author.name },
      ...(reason === undefined ? {} : { reason }),
    },
    async claim(db: Db, at: number) {
      approvedAt = at
      await close(db, row, 'approved', { actor, reason }, at)
    },
  }
  const options = { actor, event: 'proposal.approved', ignoreFailingTests, approval }
  const saved = await saveRules(deps, tenant, { ...document, message }, options).catch((error: unknown) => {
    if (!(error instanceof ApiError) || error.code !== 'version_conflict') throw error
    throw new ApiError('base_moved', `what was proposed is not on top of what is in force: ${error.description}`, { cause: error })
  })
  return { proposal: toSummary(closed(row, 'approved', { actor, reason }, approvedAt), approvedAt), saved }
}

export interface CloseProposalDeps {
  store: Pick<Store, 'db' | 'transaction'>
  clock: () => number
  newId: () => string
}

/** Turns a proposal down, for a reason. */
export function rejectProposal(deps: CloseProposalDeps, tenantId: string, settlement: Settlement): Promise<ProposalSummary> {
  return settle(deps, tenantId, 'rejected', settlement)
}

/** Takes a proposal back. Only its author can, by whichever of their keys. */
export async function withdrawProposal(deps: CloseProposalDeps, tenantId: string, settlement: Settlement): Promise<ProposalSummary> {
  const row = await loadProposal(deps.store.db, tenantId, settlement.proposalId)
  if (!(await isOwnProposal(deps.store.db, tenantId, authorOf(row), settlement.actor)))
    throw new ApiError('own_proposal', 'only its author withdraws a proposal; others reject it')
  return settle(deps, tenantId, 'withdrawn', settlement)
}

async function settle(
  { store, clock, newId }: CloseProposalDeps,
  tenantId: string,
  state: 'rejected' | 'withdrawn',
  { proposalId, ...by }: Settlement,
): Promise<ProposalSummary> {
  const at = clock()
  const row = await loadProposal(store.db, tenantId, proposalId)
  refuseClosed(row, at)
  await store.transaction({ tenantId }, async ({ db }) => {
    await close(db, row, state, by, at)
    const details = {
      proposalId,
      actions: JSON.parse(row.action_codes) as string[],
      ...(by.reason === undefined ? {} : { reason: by.reason }),
    }
    await insertAuditEntry(db, newId(), { tenantId, at, actor: by.actor, event: `proposal.${state}`, details })
  })
  return toSummary(closed(row, state, by, at), at)
}

type By = Omit<Settlement, 'proposalId'>

function closed(row: ProposalTable, state: ProposalTable['state'], { actor, reason }: By, at: number): ProposalTable {
  return { ...row, state, closed_at: at, closed_by: JSON.stringify(actor), reason: reason ?? null }
}

/** Closes an open proposal in one statement, so that of several at once only one does. */
async function close(db: Db, row: ProposalTable, state: 'approved' | 'rejected' | 'withdrawn', by: By, at: number): Promise<void> {
  const { closed_at, closed_by, reason } = closed(row, state, by, at)
  const { numUpdatedRows } = await db
    .updateTable('proposals')
    .set({ state, closed_at, closed_by, reason })
    .where('tenant_id', '=', row.tenant_id)
    .where('proposal_id', '=', row.proposal_id)
    .where('state', '=', 'open')
    .where('expires_at', '>', at)
    .executeTakeFirst()
  if (numUpdatedRows === 1n) return
  refuseClosed(await loadProposal(db, row.tenant_id, row.proposal_id), at)
}

function refuseClosed(row: Pick<ProposalTable, 'state' | 'expires_at'>, at: number): void {
  const state = stateOf(row, at)
  if (state !== 'open')
    throw new ApiError('proposal_closed', state === 'expired' ? 'the proposal has expired' : `the proposal was ${state}`)
}

/**
 * Four eyes are two persons. An approval by a key counts as one by the admin who created the key. A key that no admin created may be anybody's, also the
 * author's: it proposes, and does not approve.
 */
async function refuseOwn(db: Db, tenantId: string, author: Actor, actor: Actor): Promise<void> {
  if (isSameActor(author, actor)) throw new ApiError('own_proposal', 'a proposal is approved by somebody other than its author')
  if ((await findPerson(db, tenantId, actor)) === undefined) {
    throw new ApiError(
      'own_proposal',
      'a person approves a proposal, and no admin created this key; approve it as an admin, or with a key that an admin created',
    )
  }
  if (await isSamePerson(db, tenantId, author, actor)) {
    throw new ApiError('own_proposal', 'a proposal is approved by another person than its author: a key counts as the admin who created it')
  }
}

/** Whether somebody made the proposal of an author, by themselves or with a key of theirs. */
export async function isOwnProposal(db: Db, tenantId: string, author: Actor, actor: Actor): Promise<boolean> {
  return isSameActor(author, actor) || (await isSamePerson(db, tenantId, author, actor))
}

async function isSamePerson(db: Db, tenantId: string, a: Actor, b: Actor): Promise<boolean> {
  const person = await findPerson(db, tenantId, a)
  return person !== undefined && person === (await findPerson(db, tenantId, b))
}

/** The same person, or the same key: also after it was rotated, which keeps its name. */
function isSameActor(a: Actor, b: Actor): boolean {
  if (a.keyId !== undefined && a.keyId === b.keyId) return true
  if (a.kind !== b.kind) return false
  return a.id === b.id || (a.kind === 'management_key' && a.name !== undefined && a.name === b.name)
}
