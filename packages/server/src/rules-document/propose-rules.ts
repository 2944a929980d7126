import type { Tenant } from '../configuration/tenant.ts'
import { approvalRequired, NeedsApproval, type Proposed } from '../rules/needs-approval.ts'
import type { Proposal } from '../rules/proposal-json.ts'
import type { RulesDocument } from './rules-document.ts'
import { type SavedRules, type SaveOptions, type SaveRulesDeps, saveRules } from './save-rules.ts'

export interface ProposeRulesDeps extends SaveRulesDeps {
  /** Keeps a document, checked, until somebody else approves it. */
  proposeRules(tenant: Tenant, document: RulesDocument, options: SaveOptions): Promise<Proposal>
}

/** As `saveRules`; where an action requires approval, all of the document becomes one proposal, or is refused as `approval_required` unless `propose` is set. */
export async function saveOrPropose(
  deps: ProposeRulesDeps,
  tenant: Tenant,
  document: RulesDocument,
  { propose, ...options }: SaveOptions & { propose?: boolean | undefined },
): Promise<SavedRules | Proposed> {
  try {
    return await saveRules(deps, tenant, document, options)
  } catch (error) {
    if (!(error instanceof NeedsApproval)) throw error
    if (propose !== true) throw approvalRequired(error.actionCodes)
    return { proposal: await deps.proposeRules(tenant, document, options) }
  }
}
