import type { TrackAttributes } from '../actions/track-action.ts'

/** What is done at one moment in the name of one user. Milliseconds UTC. */
export type PlannedStep = PlannedTrack | PlannedReport

export interface PlannedTrack {
  kind: 'track'
  at: number
  userId: string
  action: DemoAction
  idempotencyKey: string
  attributes: TrackAttributes
  /** What happens if a challenge is asked for. */
  answer: PlannedAnswer
  /** What a person decides if it waits for one. */
  review: 'approves' | 'rejects'
  /** Adds the user's passkey if the action is allowed. */
  addsPasskey?: boolean
  /** Absent: the user's own doing. */
  attacker?: AttackerKind
}

/** Somebody finds out that an action was an attacker's. */
export interface PlannedReport {
  kind: 'report'
  at: number
  userId: string
  action: DemoAction
  idempotencyKey: string
  attacker: AttackerKind
}

export type DemoAction = 'sign-in' | 'adaptive-mfa-transfer' | 'change-payee' | 'change-profile' | 'enroll-passkey'

/** `retries`: the first answer is refused, the second one passes. `guesses`: five are refused, and the challenge ends. */
export type PlannedAnswer = 'passes' | 'retries' | 'gives_up' | 'guesses'

export const attackerKinds = ['credential_stuffer', 'tor_take_over', 'session_thief', 'imitator', 'drainer'] as const
export type AttackerKind = (typeof attackerKinds)[number]
