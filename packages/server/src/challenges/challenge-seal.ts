import { createHmac, createSecretKey, hkdfSync, type KeyObject, randomFillSync, timingSafeEqual } from 'node:crypto'
import { asKeyring, derived, type Keyring } from '../keys/keyring.ts'

/** Whom a challenge is for, the tenant first. Nobody else's answer opens it. */
export type ChallengeOwner = readonly string[]

/**
 * Makes challenges that need not be stored until they are answered: 32 bytes from the system's generator (WA-01), then the data that the server needs again
 * when the answer comes, authenticated with a key derived from the master key (WA-02). A million requests for challenges fill nothing.
 *
 * The caller ensures that a challenge is answered once: see `useUpChallenge`.
 */
export interface ChallengeSeal {
  /** The challenge, base64url. The browser can read `content` and cannot change it. */
  seal(owner: ChallengeOwner, content: object): string
  /** The content of a challenge that was sealed here for this owner, in the one spelling it was sealed in. `undefined` for every other text. */
  open(owner: ChallengeOwner, challenge: string): unknown
}

const randomLength = 32
/** Challenges that the system's generator is asked for at once: asking takes longer than all the rest of a seal. */
const drawnAtOnce = 128
const macLength = 32
/** A longer text was not sealed here: the content holds at most 16 bytes for each credential of a user. */
const maxLength = 6000

/** Under a key derived from the master key for this use alone: every process of a server opens what another sealed. */
export function createChallengeSeal(masterKey: Keyring | Uint8Array): ChallengeSeal {
  const keys = derived(asKeyring(masterKey), (key) =>
    createSecretKey(new Uint8Array(hkdfSync('sha256', key, new Uint8Array(), 'sallyport sign-in challenges', 32))),
  )

  const drawn = Buffer.alloc(drawnAtOnce * randomLength)
  let used = drawn.length

  function drawRandom(): Buffer {
    if (used === drawn.length) {
      randomFillSync(drawn)
      used = 0
    }
    used += randomLength
    return drawn.subarray(used - randomLength, used)
  }

  /** JSON contains no line break, so no name can shift where the owner ends. */
  function authenticate(key: KeyObject, owner: ChallengeOwner, body: Uint8Array): Buffer {
    return createHmac('sha256', key)
      .update(`${JSON.stringify(owner)}\n`)
      .update(body)
      .digest()
  }

  return {
    seal(owner, content) {
      const body = Buffer.concat([drawRandom(), Buffer.from(JSON.stringify(content))])
      return Buffer.concat([body, authenticate(keys()[0] as KeyObject, owner, body)]).toString('base64url')
    },
    open(owner, challenge) {
      if (challenge.length > maxLength) return undefined
      const bytes = Buffer.from(challenge, 'base64url')
      if (bytes.length <= randomLength + macLength || bytes.toString('base64url') !== challenge) return undefined
      const body = bytes.subarray(0, -macLength)
      const mac = bytes.subarray(-macLength)
      const isOurs = keys().some((key) => timingSafeEqual(mac, authenticate(key, owner, body)))
      return isOurs ? JSON.parse(body.toString('utf8', randomLength)) : undefined
    },
  }
}
