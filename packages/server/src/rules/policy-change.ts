import type { Actor } from '../audit/actor.ts'

/** A change of one action's policy, as it is asked for. */
export interface PolicyChange {
  tenantId: string
  actionCode: string
  actor: Actor
  /** What the change is, for the history: `rule.created`, `rule.updated` … */
  event: string
  /** The editor's own words. */
  message?: string | undefined
  /** The version the editor saw. If another version is in force, the change is a conflict, and nothing is overwritten. */
  expectedVersion?: number | undefined
  /** Saves also a change that breaks a test. */
  ignoreFailingTests?: boolean | undefined
  /** Proposes the change where the action requires approval. Otherwise it is refused there as `approval_required`. */
  propose?: boolean | undefined
  /** The user whom the change concerns. */
  userId?: string | undefined
  /** More for the audit log. */
  details?: Record<string, unknown>
}
