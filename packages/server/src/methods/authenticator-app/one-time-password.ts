import { timingSafeEqual } from 'node:crypto'
import { HOTP, Secret, TOTP, URI } from 'otpauth'

/** How an app turns its seed into codes. */
export interface CodeScheme {
  algorithm: 'SHA1' | 'SHA256' | 'SHA512'
  digits: 6 | 8
  /** Seconds that a code is shown. */
  period: number
}

/** What every app can do. Some ignore whatever else they are told. */
export const usualScheme: CodeScheme = { algorithm: 'SHA1', digits: 6, period: 30 }

/** The steps before and after the present one whose codes are accepted: clocks differ, and people type slowly (OT-02). */
const window = 1
/** 160 bits, the length that RFC 4226 recommends ("Shared Secret"). */
const seedBytes = 20
/** 112 bits, the least that NIST SP 800-63B allows. */
const minSeedBytes = 14

/** A new seed, base32. */
export function createSeed(): string {
  return new Secret({ size: seedBytes }).base32
}

/** What an app reads from a QR code. */
export function toUri(seed: string, { issuer, label }: { issuer: string; label: string }): string {
  return new TOTP({ issuer, label, secret: Secret.fromBase32(seed), ...usualScheme }).toString()
}

/**
 * The time step whose code this is: RFC 6238, "TOTP Algorithm", within one step of the server's own clock (OT-04). Of two steps with the same code, the later
 * one, so that a code is good once (OT-01). `undefined`: of none.
 */
export function findStep(seed: string, scheme: CodeScheme, code: string, at: number): number | undefined {
  const secret = Secret.fromBase32(seed)
  const { algorithm, digits, period } = scheme
  const now = Math.floor(at / 1000 / period)
  let found: number | undefined
  // Every step is compared, so that the time this takes does not tell which one matched.
  for (let step = Math.max(now - window, 0); step <= now + window; step++) {
    if (isSame(HOTP.generate({ secret, algorithm, digits, counter: step }), code)) found = step
  }
  return found
}

function isSame(expected: string, code: string): boolean {
  return code.length === expected.length && timingSafeEqual(Buffer.from(expected), Buffer.from(code))
}

/** A seed as an `otpauth:` link has it, or why it cannot be used here, as a sentence. */
export function readUri(uri: string): { seed: string; scheme: CodeScheme } | string {
  let totp: unknown
  try {
    totp = URI.parse(uri)
  } catch {
    return 'is not an `otpauth://totp/` link'
  }
  if (!(totp instanceof TOTP)) return 'is not an `otpauth://totp/` link'
  const { secret, digits, period } = totp
  const algorithm = (['SHA1', 'SHA256', 'SHA512'] as const).find((name) => name === totp.algorithm)
  if (algorithm === undefined) return 'names an algorithm other than SHA1, SHA256 and SHA512'
  if (digits !== 6 && digits !== 8) return 'asks for codes that have neither 6 nor 8 digits'
  // A code must change at least every two minutes (NIST SP 800-63B, "Time-Based OTP").
  if (period < 15 || period > 60) return 'has a period that is not between 15 and 60 seconds'
  if (secret.bytes.length < minSeedBytes) return `has a secret of fewer than ${minSeedBytes * 8} bits: enrol the app again`
  return { seed: secret.base32, scheme: { algorithm, digits, period } }
}
