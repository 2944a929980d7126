// SQLITE_ERROR of a file that lacks a table; SQLITE_CORRUPT, SQLITE_NOTADB.
const damageCodes: ReadonlySet<number> = new Set([1, 11, 26])

/** Whether a result code of SQLite says that a file is damaged. Extended codes count as the ones that they extend. */
export function isDamageCode(code: number): boolean {
  return damageCodes.has(code & 0xff)
}
