import { hash } from 'node:crypto'

/** HMAC-SHA-256 (RFC 2104) under one key, of some parts as one message. */
export type Hmac = (...message: readonly Uint8Array[]) => Buffer

const blockLength = 64
const digestLength = 32

/**
 * Prepares a key. It is the function of `createHmac`, made of two calls of `hash`: `createHmac` fetches its algorithm and sets its key up anew for each
 * message, which takes longer than the hashing of a token does.
 */
export function createHmacSha256(key: Uint8Array): Hmac {
  const block = Buffer.alloc(blockLength)
  block.set(key.length > blockLength ? hash('sha256', key, 'buffer') : key)
  const inner = Buffer.from(block.map((byte) => byte ^ 0x36))
  const outer = Buffer.alloc(blockLength + digestLength)
  outer.set(block.map((byte) => byte ^ 0x5c))
  return (...message) => {
    outer.write(hash('sha256', Buffer.concat([inner, ...message]), 'latin1'), blockLength, 'latin1')
    return Buffer.from(hash('sha256', outer, 'latin1'), 'latin1')
  }
}
