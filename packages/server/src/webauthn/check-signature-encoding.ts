/**
 * True when `signature` is exactly one DER `SEQUENCE` of two positive, minimal `INTEGER`s with nothing behind it (RFC 3279, "Ecdsa-Sig-Value";
 * WebAuthn Level 3, "Signature Formats for Packed Attestation, FIDO U2F Attestation, and Assertion Signatures").
 * The library's reader takes what follows in its stride, so one assertion would have any number of spellings.
 */
export function isStrictDerSignature(signature: Uint8Array): boolean {
  const body = readElement(signature, 0, 0x30)
  if (body === undefined || body.end !== signature.length) return false
  const r = readElement(signature, body.start, 0x02)
  if (r === undefined || !isPositiveInteger(signature.subarray(r.start, r.end))) return false
  const s = readElement(signature, r.end, 0x02)
  return s !== undefined && s.end === body.end && isPositiveInteger(signature.subarray(s.start, s.end))
}

function readElement(bytes: Uint8Array, at: number, tag: number): { start: number; end: number } | undefined {
  if (bytes[at] !== tag) return undefined
  const first = bytes[at + 1]
  if (first === undefined) return undefined
  // A P-521 signature needs the long form with one byte; nothing we verify needs more.
  const isLong = first === 0x81
  const length = isLong ? bytes[at + 2] : first
  if (length === undefined || (isLong ? length < 0x80 : length >= 0x80)) return undefined
  const start = at + (isLong ? 3 : 2)
  return start + length <= bytes.length ? { start, end: start + length } : undefined
}

function isPositiveInteger(value: Uint8Array): boolean {
  const [first, second] = value
  if (first === undefined || first >= 0x80) return false
  return first !== 0 || (second !== undefined && second >= 0x80)
}
