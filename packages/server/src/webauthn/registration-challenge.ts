import { hash, randomBytes } from 'node:crypto'
import { toUuid } from '../challenges/to-uuid.ts'

/** The challenge of a registration: 32 bytes from the system's generator (WA-01), base64url. */
export function createRegistrationChallenge(): string {
  return randomBytes(32).toString('base64url')
}

/**
 * The id of a registration's challenge: a digest of its bytes, written as a UUID. So an answer finds its challenge by primary key even when the client does
 * not send the id along, and cannot be paired with another one. `idOfSealed` says why sign-ins have ids of another kind.
 */
export function idOfRegistration(challenge: string): string {
  return toUuid(hash('sha256', challenge, 'buffer'))
}
