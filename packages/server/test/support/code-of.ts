import { createHmac } from 'node:crypto'

/** The code that an authenticator app shows: RFC 4226, "Generating an HOTP Value", by the text of the RFC and no library, six digits and 30 seconds. */
export function codeOf(seed: string, at: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)))
  const digest = createHmac('sha1', bytesOf(seed)).update(counter).digest()
  const binary = digest.readUInt32BE((digest[19] ?? 0) & 0xf) & 0x7fffffff
  return String(binary % 1_000_000).padStart(6, '0')
}

/** A code that no time near this one has. */
export function wrongCodeOf(seed: string, at: number): string {
  const near = new Set([-3, -2, -1, 0, 1, 2, 3].map((steps) => codeOf(seed, at + steps * 30_000)))
  return ['000000', '111111', '222222', '333333', '444444', '555555', '666666', '777777'].find((code) => !near.has(code)) ?? '888888'
}

function bytesOf(base32: string): Buffer {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = Array.from(base32, (character) => alphabet.indexOf(character).toString(2).padStart(5, '0')).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}
