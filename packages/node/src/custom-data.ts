/** An application's own data about an action or a user. */
export type CustomData = { [name: string]: CustomValue | undefined }

export type CustomValue = string | number | boolean | null | CustomValue[] | { [name: string]: CustomValue }

/**
 * The type of `custom` for each action, by action code:
 *
 *     new Sallyport<{ 'adaptive-mfa-transfer': { transactionValue: number; recipient: string } }>({ … })
 *
 * An action that is not listed accepts any `CustomData`.
 */
export type ActionTypes = { [action: string]: CustomData }

/** The type of `custom` for one action. */
export type CustomOf<Actions extends object, Action extends string> = string extends keyof Actions
  ? CustomData
  : Action extends keyof Actions
    ? Actions[Action]
    : CustomData

/** A declared action's code, or any other. */
export type ActionCode<Actions extends object> = (keyof Actions & string) | (string & {})
