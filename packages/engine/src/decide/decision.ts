import type { Outcome, State } from '../facts/outcome.ts'
import type { Changes } from '../stored/changes.ts'

export interface Decision {
  state: State
  outcome: Outcome
  /** `null`: no rule matched, the default outcome applied. */
  ruleId: string | null
  isEnrolled: boolean
  /** The methods that may answer a challenge. */
  allowedVerificationMethods: readonly string[]
}

export interface Decided {
  decision: Decision
  changes: Changes
}
