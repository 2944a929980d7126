/** The kinds of what can look wrong in a track. Permanent, as error codes are. */
export const warningCodes = [
  'unknown_attribute',
  'undeclared_data_point',
  'action_first_seen',
  'input_missing',
  'rule_undetermined',
  'device_unproven',
] as const

export type WarningCode = (typeof warningCodes)[number]

/** One thing that looks like a mistake in a track that was accepted. */
export interface Warning {
  code: WarningCode
  /** The attribute, data point, action, input or rule that it is about. */
  subject: string
  /** One sentence for the developer. Never a value that was sent. */
  message: string
}
