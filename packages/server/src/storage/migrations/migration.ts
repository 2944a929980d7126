/** One numbered step forward. A released one never changes; there is no way back. */
export interface Migration {
  number: number
  name: string
  /** Statements for every store, in portable SQL. */
  portable: readonly string[]
  /** Statements for the store's own tables. */
  sqlite: readonly string[]
  postgres: readonly string[]
}
