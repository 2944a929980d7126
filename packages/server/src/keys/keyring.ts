import { hkdfSync } from 'node:crypto'

/**
 * The master keys of this process: one, or two while the master key is being rotated. What is encrypted is encrypted under the newest; what was encrypted
 * under another one of them still opens.
 */
export interface Keyring {
  /** Newest first. Replaced as a whole when it changes. */
  keys(): readonly Uint8Array[]
  /** Makes this the newest key. */
  adopt(key: Uint8Array): void
  /** Adds a key that may only open. */
  admit(key: Uint8Array): void
}

export function createKeyring(masterKey: Uint8Array): Keyring {
  let keys: readonly Uint8Array[] = [masterKey]
  const without = (key: Uint8Array) => keys.filter((known) => !isSame(known, key))
  return {
    keys: () => keys,
    adopt(key) {
      if (!isSame(keys[0], key)) keys = [key, ...without(key)]
    },
    admit(key) {
      if (!keys.some((known) => isSame(known, key))) keys = [...keys, key]
    },
  }
}

/** A ring of one key, unless it is a ring already. */
export function asKeyring(key: Keyring | Uint8Array): Keyring {
  return key instanceof Uint8Array ? createKeyring(key) : key
}

/** Tells master keys apart and reveals nothing else about them. */
export function fingerprintOf(masterKey: Uint8Array): string {
  return Buffer.from(hkdfSync('sha256', masterKey, new Uint8Array(), 'sallyport master key fingerprint', 16)).toString('hex')
}

/** What is derived from each key of a ring, newest first. Derived once for each key. */
export function derived<T>(ring: Keyring, derive: (key: Uint8Array) => T): () => readonly T[] {
  const made = new WeakMap<Uint8Array, T>()
  let from: readonly Uint8Array[] = []
  let all: readonly T[] = []
  return () => {
    const keys = ring.keys()
    if (keys !== from) {
      from = keys
      all = keys.map((key) => {
        const found = made.get(key) ?? derive(key)
        made.set(key, found)
        return found
      })
    }
    return all
  }
}

function isSame(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a !== undefined && Buffer.compare(a, b) === 0
}
