const storageKey = '__sp_passkeys'

type KnownPasskeys = { [userId: string]: string[] }

/** Ids of the passkeys this browser has used for a user. */
export function listKnownPasskeys(userId: string): string[] {
  const known = read()
  return Object.hasOwn(known, userId) ? (known[userId] ?? []) : []
}

/** Remembers that this device has a passkey. Does nothing where the page may not store data. */
export function rememberPasskey(userId: string, credentialId: string): void {
  const ids = listKnownPasskeys(userId)
  if (ids.includes(credentialId)) return
  try {
    localStorage.setItem(storageKey, JSON.stringify({ ...read(), [userId]: [...ids, credentialId] }))
  } catch {
    // Storage is full or forbidden.
  }
}

function read(): KnownPasskeys {
  try {
    return JSON.parse(localStorage.getItem(storageKey) ?? '{}')
  } catch {
    return {}
  }
}
