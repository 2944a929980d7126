/**
 * Signal values as stored with an instance: a positional array against the registry, derived signals only
 * (what the tracked input already says is not repeated). `null` = not provided, `[1]` = not applicable, `[2]` = unavailable,
 * booleans as 0 and 1, trailing `null`s cut.
 */
export type EncodedSignals = readonly (null | number | string | readonly (string | number)[])[]
