export interface PasskeyConfig {
  sdk: 'sallyport' | 'authsignal'
  tenantId: string
  baseUrl: string
}

/** The result of a passkey call: a token for the server, or the reason why there is none. */
export interface PasskeyOutcome {
  token?: string
  problem?: 'cancelled' | 'not_supported' | 'already_enrolled' | 'failed'
  detail?: string
}

/** The calls of this demo from the browser to Sallyport, with either package. */
export interface Passkeys {
  signUp(options: { token: string; username: string; displayName: string }): Promise<PasskeyOutcome>
  /** Approves the instance of `action` for which `token` was issued. */
  signIn(options: { token: string; action: string }): Promise<PasskeyOutcome>
  /** The signed id of this browser with its proof, for the bank's server. `undefined`: the cookie has to do. */
  device(): Promise<{ deviceId: string; deviceProof: string } | undefined>
  /** For a device without the passkey. Absent with the article's packages. */
  emailCodes?: EmailCodes
  /** For a customer who lost the passkey. Absent with the article's packages. */
  recoveryCodes?: RecoveryCodes
}

/** `isOver`: too many wrong codes, and everything begins again. */
export interface CodeAnswer {
  token?: string
  isOver?: boolean
  problem?: string
}

export interface EmailCodes {
  /** Sends a code to the customer's address. Returns what went wrong. */
  send(options: { token: string }): Promise<string | undefined>
  verify(options: { token: string; code: string }): Promise<CodeAnswer>
}

export interface RecoveryCodes {
  /** Makes ten codes. They are in force once `verify` got one of them with the same token. */
  make(options: { token: string }): Promise<string[] | undefined>
  /** Puts new codes into force. With the token of a code by mail, uses one up and returns a token that adds a passkey. */
  verify(options: { token: string; code: string }): Promise<CodeAnswer>
}
