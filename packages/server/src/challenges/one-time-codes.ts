import { createHmac, createSecretKey, hkdfSync, randomInt, timingSafeEqual } from 'node:crypto'
import { asKeyring, derived, type Keyring } from '../keys/keyring.ts'
import { toUuid } from './to-uuid.ts'

/** How long a code can be used (OT-05). */
export const codeLifetimeMs = 10 * 60 * 1000

/** The challenge that a code was sent for. A code of another one is a wrong one (OT-07). */
export interface CodePlace {
  tenantId: string
  challengeId: string
}

/** Codes that are sent to a user and typed in by hand. At rest there is only their hash, under a key that is not in the store. */
export interface OneTimeCodes {
  /** Of this many digits, each code as likely as any other. */
  draw(length: number): string
  hash(place: CodePlace, code: string): string
  matches(place: CodePlace, code: string, hash: string): boolean
  /** Names an answer: the same answer to the same challenge has the same id, so that of any number of them at once one is recorded (TX-06). */
  answerId(place: CodePlace, text: string): string
}

export function createOneTimeCodes(masterKey: Keyring | Uint8Array): OneTimeCodes {
  const keys = derived(asKeyring(masterKey), (key) =>
    createSecretKey(new Uint8Array(hkdfSync('sha256', key, new Uint8Array(), 'sallyport one-time codes', 32))),
  )

  function hashes(use: 'code' | 'answer', { tenantId, challengeId }: CodePlace, text: string): Buffer[] {
    const said = JSON.stringify([use, tenantId, challengeId, text])
    return keys().map((key) => createHmac('sha256', key).update(said).digest())
  }

  return {
    // `randomInt` draws again what would favour some numbers over others.
    draw: (length) => String(randomInt(10 ** length)).padStart(length, '0'),
    hash: (place, code) => newestOf(hashes('code', place, code)).toString('base64url'),
    matches(place, code, hash) {
      const expected = Buffer.from(hash, 'base64url')
      return hashes('code', place, code).some((found) => found.length === expected.length && timingSafeEqual(found, expected))
    },
    answerId: (place, text) => toUuid(newestOf(hashes('answer', place, text))),
  }
}

function newestOf(hashes: readonly Buffer[]): Buffer {
  const [newest] = hashes
  if (newest === undefined) throw new Error('there is no master key')
  return newest
}
