/** The key as PostgreSQL can hold it: no NUL, no half of a surrogate pair. Tracked text becomes a key of an entity, whatever it is. */
export function storableKey(key: string): string {
  return key.includes('\0') || !key.isWellFormed() ? key.toWellFormed().replaceAll('\0', '\ufffd') : key
}
