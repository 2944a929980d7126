/**
 * How an instance ended well.
 *
 * - `success`: allowed, or approved by a person who looked at it. Nothing was proved.
 * - `challenge`: a challenge was passed.
 * - `phishing_resistant`: a challenge was passed with a proof that no other site could have obtained.
 */
export type Proof = 'success' | 'challenge' | 'phishing_resistant'
