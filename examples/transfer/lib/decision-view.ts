/** Why Sallyport answered as it did, as the page shows it. */
export interface DecisionView {
  state: string
  /** The whole of it in one sentence. */
  sentence: string
  /** The rules that fired, the deciding one first. */
  rules: FiredRule[]
  /** What was known, the reasons first. */
  signals: SignalView[]
  /** "This was not me" was said. */
  isDisputed: boolean
  canBeDisputed: boolean
}

export interface FiredRule {
  name: string
  description?: string
}

export interface SignalView {
  name: string
  label: string
  value: string
  /** A rule that fired turned on it. */
  isReason: boolean
}
