import type { JsonValue } from '@sallyport/engine'

/**
 * The one text of a piece of JSON data (RFC 8785, JSON Canonicalization Scheme): members sorted by UTF-16 code units, numbers in their shortest
 * form, no white space. Data that was typed when tracked is equal exactly when its canonical texts are: with a data point of type number `"10.00"`,
 * `10.0` and `10` are one amount, without one the text `"10.00"` and the number `10` are not.
 */
export function canonicalJson(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`)
  return `{${members.join(',')}}`
}

/** True when both are the same transaction. Data that was not tracked equals empty data. */
export function isSameTransactionData(
  a: Readonly<Record<string, JsonValue>> | undefined,
  b: Readonly<Record<string, JsonValue>> | undefined,
) {
  return canonicalJson(a ?? {}) === canonicalJson(b ?? {})
}
