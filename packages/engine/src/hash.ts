const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/**
 * 48 bits of a text as 8 characters, for texts that only need to be told apart where nobody gains by two with one hash: device ids and user
 * agents, which a client can simply repeat, and addresses, which it cannot choose. For everything else see `memberHash`.
 */
export function shortHash(text: string): string {
  let a = 0xdeadbeef
  let b = 0x41c6ce57
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    a = Math.imul(a ^ code, 2654435761)
    b = Math.imul(b ^ code, 1597334677)
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909)
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909)
  return characters(a) + characters(b)
}

/** 24 bits as 4 characters. */
export function characters(bits: number): string {
  return (alphabet[bits & 63] as string) + alphabet[(bits >>> 6) & 63] + alphabet[(bits >>> 12) & 63] + alphabet[(bits >>> 18) & 63]
}

/** 32 bits of a text: FNV-1a with Murmur's finaliser, so that similar texts land far apart. */
export function mixedBits(text: string): number {
  let bits = 0x811c9dc5
  for (let i = 0; i < text.length; i++) bits = Math.imul(bits ^ text.charCodeAt(i), 0x01000193)
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}
