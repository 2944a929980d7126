import type { FeatureDefinition, PolicyContext, PolicyDefinition } from '@sallyport/engine'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import { emptyPolicy } from '../configuration/policy-row.ts'
import type { ActionSettings, Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import { settingsFields } from '../rules/action-settings.ts'
import type { WantedPolicy } from '../rules/needs-approval.ts'
import type { PolicyChange } from '../rules/policy-change.ts'
import type { Proposal } from '../rules/proposal-json.ts'
import { toPolicyDefinition, toPolicyDocument } from '../rules-document/policy-document.ts'
import type { DocumentAction, RulesDocument } from '../rules-document/rules-document.ts'
import { refuseAllBroken, type SaveOptions, type SaveRulesDeps, saveRules } from '../rules-document/save-rules.ts'
import type { ProposalTable } from '../storage/schema.ts'
import type { Db } from '../storage/store.ts'
import { aliasOf } from '../value-lists/alias-of.ts'
import { type CheckedProposal, toProposal, versionsInForce } from './proposal-row.ts'
import { listApproverAddresses, type TellApproversDeps, tellApprovers } from './tell-approvers.ts'

export const openForMs = 30 * 24 * 60 * 60 * 1000
const mostOpen = 100
const mostCharacters = 4 * 1024 * 1024

/** A draft with what it brings along that history does not know. */
export interface DraftOnTrial {
  definition: PolicyDefinition
  lists: PolicyContext['lists']
  features: readonly FeatureDefinition[]
}

export interface CreateProposalDeps extends SaveRulesDeps, TellApproversDeps {
  tenants: SaveRulesDeps['tenants'] & { find(tenantId: string): Promise<Tenant | undefined> }
  /** Tries a policy on recent history, within seconds. `undefined`: there is none, or the server is too busy to look. */
  tryOnHistory(tenant: Tenant, draft: DraftOnTrial): Promise<Record<string, unknown> | undefined>
}

export interface Proposals {
  proposePolicy(change: PolicyChange, wanted: WantedPolicy): Promise<Proposal>
  proposeRules(tenant: Tenant, document: RulesDocument, options: SaveOptions): Promise<Proposal>
}

/** What turns a change that needs a second person into a proposal. */
export function createProposals(deps: CreateProposalDeps): Proposals {
  return {
    async proposePolicy({ tenantId, message, userId, ...options }, wanted) {
      const tenant = await deps.tenants.find(tenantId)
      if (tenant === undefined) throw new ApiError('not_found', 'there is no such tenant')
      return propose(deps, tenant, { actions: [toDocumentAction(wanted)], message }, options, userId)
    },
    proposeRules: (tenant, document, options) => propose(deps, tenant, document, options),
  }
}

/** A change of one action as a document: every field is said, so that nothing of what is in force then stays by chance. */
function toDocumentAction({ definition, settings, baseVersion }: WantedPolicy): DocumentAction {
  const policy = toPolicyDocument(definition)
  return {
    actionCode: definition.action,
    ...policy,
    rules: policy.rules.map((rule) => ({ ...rule, snoozes: rule.snoozes ?? [] })),
    settings: wholeSettings(settings),
    expectedPolicyVersion: baseVersion,
  }
}

function wholeSettings(settings: ActionSettings): NonNullable<DocumentAction['settings']> {
  const given: Record<string, unknown> = { ...settings }
  return Object.fromEntries(Object.keys(settingsFields).map((name) => [name, given[name] ?? null]))
}

/**
 * Keeps a document until somebody else approves it, with the versions that it was made to and with what its author sees: differences, tests, warnings and
 * a backtest. Refuses what a save would refuse, and a document that changes nothing.
 */
async function propose(
  deps: CreateProposalDeps,
  tenant: Tenant,
  given: RulesDocument,
  { actor, event, ignoreFailingTests }: Pick<SaveOptions, 'actor' | 'event' | 'ignoreFailingTests'>,
  userId?: string,
): Promise<Proposal> {
  const { db } = deps.store
  const { tenantId } = tenant
  const versions = await versionsInForce(db, tenantId)
  const document = await withBases(db, tenantId, given, versions)
  const text = JSON.stringify(document)
  if (text.length > mostCharacters) throw new ApiError('payload_too_large', 'a proposal holds at most 4 MB; send long lists on their own')
  const result = await saveRules(deps, tenant, document, { actor, event, dryRun: true })
  if (ignoreFailingTests !== true) {
    refuseAllBroken(
      result.broken,
      document.actions?.map(({ actionCode }) => actionCode),
    )
  }
  if (result.changes.length === 0 && result.actions.every(({ changes }) => changes.length === 0)) {
    throw new ApiError('invalid_request', 'there is nothing to propose: the change changes nothing')
  }
  const actions: CheckedProposal['actions'] = []
  for (const { actionCode, changes, tests, warnings } of result.actions) {
    const action = document.actions?.find((other) => other.actionCode === actionCode)
    const backtest =
      action === undefined || changes.length === 0 ? undefined : await deps.tryOnHistory(tenant, onTrial(deps, tenant, document, action))
    const basePolicyVersion = versions.get(actionCode) ?? 0
    actions.push({ actionCode, basePolicyVersion, changes: changes.map((change) => ({ ...change })), tests, warnings, backtest })
  }
  const checked: CheckedProposal = { changes: result.changes.map((change) => ({ ...change })), actions, broken: result.broken }
  const at = deps.clock()
  const row: ProposalTable = {
    tenant_id: tenantId,
    proposal_id: deps.newId(),
    state: 'open',
    event,
    message: document.message ?? null,
    actor: JSON.stringify(actor),
    action_codes: JSON.stringify(actions.map(({ actionCode }) => actionCode)),
    document: text,
    checked: JSON.stringify(checked),
    names_snoozed: /snooze/.test(JSON.stringify(checked.actions.map(({ changes }) => changes))) || /"until"/.test(text) ? 1 : 0,
    created_at: at,
    expires_at: at + openForMs,
    closed_at: null,
    closed_by: null,
    reason: null,
  }
  const approvers = await deps.store.transaction({ tenantId }, async (tx) => {
    const { open } = await tx.db
      .selectFrom('proposals')
      .where('tenant_id', '=', tenantId)
      .where('state', '=', 'open')
      .where('expires_at', '>', at)
      .select((select) => select.fn.countAll<number>().as('open'))
      .executeTakeFirstOrThrow()
    if (Number(open) >= mostOpen)
      throw new ApiError('invalid_request', `there are already ${mostOpen} open proposals; settle some of them first`)
    await tx.db.insertInto('proposals').values(row).execute()
    const details = { proposalId: row.proposal_id, event, actions: actions.map(({ actionCode }) => actionCode) }
    await insertAuditEntry(tx.db, deps.newId(), { tenantId, at, actor, event: 'proposal.created', userId, details })
    return listApproverAddresses(tx.db, tenantId, actor)
  })
  tellApprovers(deps, tenant.name, approvers, row)
  return toProposal(row, { versions, isYours: true }, at)
}

/** The document with the versions that it changes: those in force, unless it names others. */
async function withBases(db: Db, tenantId: string, document: RulesDocument, versions: ReadonlyMap<string, number>): Promise<RulesDocument> {
  const lists = await db.selectFrom('value_lists').where('tenant_id', '=', tenantId).select(['alias', 'version']).execute()
  const listVersions = new Map(lists.map(({ alias, version }) => [alias, version]))
  return {
    ...document,
    ...(document.actions && {
      actions: document.actions.map((action) => ({
        ...action,
        expectedPolicyVersion: action.expectedPolicyVersion ?? versions.get(action.actionCode) ?? 0,
      })),
    }),
    ...(document.lists && {
      lists: document.lists.map((list) => ({
        ...list,
        expectedVersion: list.expectedVersion ?? listVersions.get(list.alias ?? aliasOf(list.name)) ?? 0,
      })),
    }),
  }
}

function onTrial(deps: Pick<CreateProposalDeps, 'newId'>, tenant: Tenant, document: RulesDocument, action: DocumentAction): DraftOnTrial {
  const inForce = tenant.actions.get(action.actionCode)?.definition ?? emptyPolicy(action.actionCode, 0)
  return {
    definition: toPolicyDefinition(action, inForce, deps.newId),
    lists: new Map(
      (document.lists ?? []).flatMap(({ name, alias, valueListItems }) =>
        valueListItems === undefined ? [] : [[alias ?? aliasOf(name), new Set<string | number>(valueListItems)] as const],
      ),
    ),
    features: document.features ?? [],
  }
}
