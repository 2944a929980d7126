import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { asKeyring, derived, type Keyring } from '../keys/keyring.ts'
import type { EventPlace } from '../storage/searching-store.ts'

/** Where a search goes on. */
export interface EventCursor {
  place: EventPlace
  /** The bounds of the first page, milliseconds UTC: an age such as `-3h` must not move between pages. */
  from?: number | undefined
  to?: number | undefined
}

/**
 * Cursors that a client can only give back: each is authenticated with a key derived from the master key, together with the tenant and the question it belongs
 * to. So a place that the store is asked to go on from is always one of its own.
 */
export interface EventCursors {
  write(tenantId: string, question: string, cursor: EventCursor): string
  /** `undefined`: written for another question or another tenant, or not written here. */
  read(tenantId: string, question: string, text: string): EventCursor | undefined
}

const macLength = 16

export function createEventCursors(masterKey: Keyring | Uint8Array): EventCursors {
  const keys = derived(
    asKeyring(masterKey),
    (key) => new Uint8Array(hkdfSync('sha256', key, new Uint8Array(), 'sallyport event cursors', 32)),
  )

  function authenticate(key: Uint8Array, tenantId: string, question: string, body: Uint8Array): Buffer {
    return createHmac('sha256', key)
      .update(`${JSON.stringify([tenantId, question])}\n`)
      .update(body)
      .digest()
      .subarray(0, macLength)
  }

  return {
    write(tenantId, question, { place, from, to }) {
      const body = Buffer.from(JSON.stringify([place, from ?? null, to ?? null]))
      const [key = new Uint8Array()] = keys()
      return Buffer.concat([authenticate(key, tenantId, question, body), body]).toString('base64url')
    },
    read(tenantId, question, text) {
      const bytes = Buffer.from(text, 'base64url')
      if (bytes.length <= macLength) return undefined
      const mac = bytes.subarray(0, macLength)
      const body = bytes.subarray(macLength)
      if (!keys().some((key) => timingSafeEqual(mac, authenticate(key, tenantId, question, body)))) return undefined
      const [place, from, to] = JSON.parse(body.toString()) as [string, number | null, number | null]
      return { place, from: from ?? undefined, to: to ?? undefined }
    },
  }
}
