import type { PolicyDefinition } from '@sallyport/engine'
import type { ActionSettings } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import type { PolicyChange } from './policy-change.ts'
import type { Proposal } from './proposal-json.ts'

/** One action as a change would leave it. */
export interface WantedPolicy {
  definition: PolicyDefinition
  settings: ActionSettings
  /** The version that is in force. */
  baseVersion: number
}

/** Carries a change that needs a second person out of its transaction. */
export class NeedsApproval<T = undefined> extends Error {
  readonly actionCodes: readonly string[]
  readonly wanted: T

  constructor(actionCodes: readonly string[], wanted: T) {
    super(`needs approval: ${actionCodes.join(', ')}`)
    this.actionCodes = actionCodes
    this.wanted = wanted
  }
}

/** What was made of a change that needs a second person. */
export interface Proposed {
  proposal: Proposal
}

export interface ProposePolicyDeps {
  /** Keeps the change of one action, checked, until somebody else approves it. */
  proposePolicy(change: PolicyChange, wanted: WantedPolicy): Promise<Proposal>
}

/** Whether a change became a proposal. */
export function isProposed<T extends object>(saved: T | Proposed): saved is Proposed {
  return 'proposal' in saved
}

/** The refusal of a change by somebody who did not ask for a proposal, and would take the answer for that of a rule in force. */
export function approvalRequired(actionCodes: readonly string[]): ApiError {
  const names = actionCodes.map((code) => `\`${code}\``).join(', ')
  return new ApiError(
    'approval_required',
    `a change of ${names} needs the approval of a second person; nothing was saved; send it again with \`propose=true\` to propose it`,
  )
}
