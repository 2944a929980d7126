/** The explanation of a decision, as the page shows it. */
export interface DecisionView {
  state: string
  /** The way in which the payment was confirmed, if it was. */
  verificationMethod?: string
  /** A one-sentence summary. Names of rules are between asterisks. */
  sentence: string
  /** Changes that would have led to another decision. */
  otherwise?: string
  /** The rules that fired, the deciding one first. */
  rules: FiredRule[]
  /** The known signals, those with a label first. */
  signals: SignalView[]
  /** The customer reported "this was not me". */
  isDisputed: boolean
  canBeDisputed: boolean
}

export interface FiredRule {
  name: string
  description?: string
}

export interface SignalView {
  name: string
  /** A description in words, for the most important signals. */
  label?: string
  value: string
  /** Whether the deciding rule depended on it. */
  isReason: boolean
}
