import { z } from 'zod'
import type { AuthenticatorDetails } from '../../authenticators/authenticator-row.ts'
import type { AuthenticatorSecrets, SecretPlace } from '../../authenticators/authenticator-secret.ts'
import { type HashedRecoveryCode, matchesRecoveryCode, readRecoveryCode } from '../../recovery-code.ts'
import type { Db } from '../../storage/store.ts'

/** What `details` of the recovery codes of a user holds. */
export interface RecoveryCodeDetails extends AuthenticatorDetails {
  /** Codes that were not used. */
  codesLeft: number
}

/** A code that was used is no longer among them. */
const codeSet = z.array(z.object({ selector: z.string(), saltedHash: z.string() }))

/** A set of codes as the secret of one authenticator: slow hashes, and encrypted like every secret (RC-02). */
export function toSecret(codes: readonly HashedRecoveryCode[]): string {
  return JSON.stringify(codes)
}

/**
 * The beginning of the code that somebody typed, if it is an unused one of the set. Nothing is hashed for a text that begins like none of the codes, so a
 * flood of guesses costs no more than any other request; the rest of a code alone has 70 random bits.
 */
export async function findCode(secret: string, text: string): Promise<string | undefined> {
  const typed = readRecoveryCode(text)
  const candidate = typed && codeSet.parse(JSON.parse(secret)).find(({ selector }) => selector === typed.selector)
  if (typed === undefined || candidate === undefined) return undefined
  return (await matchesRecoveryCode(typed.secret, candidate.saltedHash)) ? candidate.selector : undefined
}

/** Takes a code out of the set, in a transaction that holds the user. False: it was used, or the codes were replaced (RC-03). */
export async function useUpCode(
  db: Db,
  secrets: Pick<AuthenticatorSecrets, 'read' | 'write'>,
  place: SecretPlace,
  used: string,
  at: number,
): Promise<boolean> {
  const secret = await secrets.read(db, place)
  const codes = secret === undefined ? [] : codeSet.parse(JSON.parse(secret))
  const left = codes.filter(({ selector }) => selector !== used)
  if (left.length === codes.length) return false
  await secrets.write(db, place, toSecret(left))
  const details: RecoveryCodeDetails = { codesLeft: left.length }
  await db
    .updateTable('authenticators')
    .set({ details: JSON.stringify(details), last_verified_at: at })
    .where('tenant_id', '=', place.tenantId)
    .where('user_authenticator_id', '=', place.id)
    .execute()
  return true
}
