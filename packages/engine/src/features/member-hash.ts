import { sha256 } from '@noble/hashes/sha2.js'
import { characters, shortHash } from '../hash.ts'

/**
 * A text as 28 characters, for what is counted as different: users, and the values of custom data. Nobody can find sixteen, or a second one
 * for a given text, that share a hash: 20 of the characters are 120 bits of SHA-256 over its UTF-16 code units. The first 8 are its
 * `shortHash`, which is all that earlier releases stored.
 *
 * It has no key, so that entities can be rebuilt from the instances alone, and are the same in every process and after a move.
 */
export function memberHash(text: string): string {
  let hash = hashed.get(text)
  if (hash === undefined) {
    hash = shortHash(text) + strongCharacters(text)
    if (hashed.size >= mostHashed) hashed.clear()
    hashed.set(text, hash)
  }
  return hash
}

/** What an earlier release stored for the text of a `memberHash`. `undefined`: this is none. */
export function formerHash(member: string): string | undefined {
  return member.length === 28 ? member.slice(0, 8) : undefined
}

/** A cache: one event hashes the same few texts several times. */
const hashed = new Map<string, string>()
const mostHashed = 64

function strongCharacters(text: string): string {
  const units = new Uint8Array(text.length * 2)
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    units[2 * i] = code >>> 8
    units[2 * i + 1] = code
  }
  const bytes = sha256(units)
  let result = ''
  for (let i = 0; i < 15; i += 3) {
    result += characters(((bytes[i] as number) << 16) | ((bytes[i + 1] as number) << 8) | (bytes[i + 2] as number))
  }
  return result
}
