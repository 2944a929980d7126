/** Why Sallyport answered as it did, as the page shows it. */
export interface DecisionView {
  state: string
  /** The whole of it in one sentence; names of rules stand between asterisks. */
  sentence: string
  /** What would have changed the answer. */
  otherwise?: string
  /** The rules that fired, the deciding one first. */
  rules: FiredRule[]
  /** What was known, the signals with a label first. */
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
  /** In words, for the signals that are worth a look at first sight. */
  label?: string
  value: string
  /** The deciding rule turned on it. */
  isReason: boolean
}
