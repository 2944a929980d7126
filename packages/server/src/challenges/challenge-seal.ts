import { createHmac, createSecretKey, hkdfSync, type KeyObject, randomFillSync, timingSafeEqual } from 'node:crypto'
import { asKeyring, derived, type Keyring } from '../keys/keyring.ts'

/** Whom a challenge is for: nobody else's answer opens it. The tenant first. */
export type ChallengeOwner = readonly string[]

/**
 * Makes the WebAuthn challenges of sign-ins so that they need not be stored until they are answered: 32 bytes from the system's generator (WA-01), then
 * what the server has to know again when the answer comes, under a key that no other process has (WA-02). Whoever asks for a million of them fills nothing
 * (A-24).
 *
 * That a challenge is answered once is the caller's to see to: see `useUpChallenge`.
 */
export interface ChallengeSeal {
  /** The challenge, base64url. `content` is for the browser to read, and not for it to change. */
  seal(owner: ChallengeOwner, content: object): string
  /** The content of a challenge that was sealed here for this owner, in the one spelling it was sealed in. `undefined` for every other text. */
  open(owner: ChallengeOwner, challenge: string): unknown
}

const randomLength = 32
/** Challenges that the system's generator is asked for at once: asking takes longer than all the rest of a seal. */
const drawnAtOnce = 128
const macLength = 32
/** Longer ones are none of ours: the content has a place for each passkey of a user, and that is 16 bytes. */
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

  /** JSON holds no line break: where the owner ends is not for the owner's names to say. */
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
