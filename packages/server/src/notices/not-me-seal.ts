import { createHmac, createSecretKey, hkdfSync, type KeyObject, timingSafeEqual } from 'node:crypto'
import type { Language } from '../delivery/languages/languages.ts'
import type { UserMessageKind } from '../delivery/user-messages.ts'
import { asKeyring, derived, type Keyring } from '../keys/keyring.ts'

/** What a "this was not me" link stands for. */
export interface NotMe {
  /** A random UUID: the link is used up by it. */
  id: string
  tenantId: string
  userId: string
  /** The notice that held the link, and when that of which it told happened, milliseconds UTC. */
  kind: UserMessageKind
  at: number
  expiresAt: number
  /** In which the reader was written to. */
  language: Language
  /** The action instance that the notice was about. */
  action?: string
  idempotencyKey?: string
}

/** Makes the tokens of "this was not me" links. Nothing is stored until one is used. */
export interface NotMeSeal {
  seal(notMe: NotMe): string
  /** What was sealed here, also when it has expired. `undefined` for every other text. */
  open(token: string): NotMe | undefined
}

const macLength = 32
/** Longer than any token that was sealed here. */
const maxLength = 6000

/** Under a key derived from the master key for this use alone: every process of a server opens what another sealed. */
export function createNotMeSeal(masterKey: Keyring | Uint8Array): NotMeSeal {
  const keys = derived(asKeyring(masterKey), (key) =>
    createSecretKey(new Uint8Array(hkdfSync('sha256', key, new Uint8Array(), 'sallyport "this was not me" links', 32))),
  )
  const authenticate = (key: KeyObject, body: Uint8Array) => createHmac('sha256', key).update(body).digest()
  return {
    seal(notMe) {
      const body = Buffer.from(JSON.stringify(notMe))
      return Buffer.concat([body, authenticate(keys()[0] as KeyObject, body)]).toString('base64url')
    },
    open(token) {
      if (token.length > maxLength) return undefined
      const bytes = Buffer.from(token, 'base64url')
      if (bytes.length <= macLength || bytes.toString('base64url') !== token) return undefined
      const [body, mac] = [bytes.subarray(0, -macLength), bytes.subarray(-macLength)]
      return keys().some((key) => timingSafeEqual(mac, authenticate(key, body))) ? JSON.parse(body.toString()) : undefined
    },
  }
}
