import type { JsonValue } from '../facts/json-value.ts'
import type { Known } from '../facts/missing.ts'

export type SignalValue = boolean | number | string | readonly string[]

/** A kind of text of which every value has one spelling. `forms/` knows the spellings. */
export type TextForm =
  | 'address'
  | 'country'
  | 'domain'
  | 'timeZone'
  | 'verificationMethod'
  | 'riskReason'
  | 'browser'
  | 'operatingSystem'
  | 'name'

/** One row of the registry: the single source from which the builder, the docs, the validator and the explanations are made. */
export interface SignalDefinition {
  /** Dotted camelCase; the contract with rules. */
  name: string
  /** Other spellings that rules may use, e.g. `ip.countryCode`. */
  aliases?: readonly string[]
  type: 'boolean' | 'number' | 'string' | 'strings'
  /** One line, starting lower case, readable after "the signal is". */
  meaning: string
  /**
   * How a sentence names it. A boolean has the whole clause that is true (`the address is anonymous`), anything else a noun phrase (`the
   * country of the address`).
   */
  label: string
  /** Booleans only: the clause when it is false (`the address is not anonymous`). */
  negatedLabel?: string
  example: SignalValue
  /** Values a string can have, where they are known. */
  values?: readonly string[]
  /** How a text, or each of several, is spelled. Absent = any text. */
  form?: TextForm
  /** For numbers: `days`, `km`, `km/h`, `percent` … */
  unit?: string
  family: 'ip' | 'device' | 'user' | 'velocity' | 'time' | 'risk' | 'authenticator'
  /** `input` signals repeat what was tracked and are not stored again. `derived` signals are stored. */
  origin: 'input' | 'derived'
  /** The release that introduced it. */
  since: string
}

/** The values that one decision saw. */
export interface Signals {
  /** By registry position. */
  readonly values: readonly Known<SignalValue>[]
  /** `custom.<name>`: the tracked data. Null prototype. */
  readonly custom: Readonly<Record<string, JsonValue>>
  /** `user.custom.<name>`. Null prototype. */
  readonly userCustom: Readonly<Record<string, JsonValue>>
  /** `velocity.<name>` of the features a tenant declares. Null prototype. */
  readonly features: Readonly<Record<string, Known<number>>>
}
