/**
 * True when a signature counter may follow the stored one: it grew, or this authenticator does not count at all (both zero). One that stands still or
 * goes back says that there may be two copies of the key.
 * WebAuthn Level 3, "Verifying an Authentication Assertion": "If authData.signCount is nonzero or credentialRecord.signCount is nonzero".
 */
export function mayFollow(signCount: number, stored: number): boolean {
  return signCount > stored || (signCount === 0 && stored === 0)
}
