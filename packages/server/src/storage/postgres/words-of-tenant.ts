/** A word as the index of words has it: one index holds the words of all tenants. */
export function toLexeme(tenantNo: number, word: string): string {
  return `${tenantNo} ${word}`
}

/** What finds the entries that have a word with each of these beginnings, for `to_tsquery` without a parser: words have no quotes. */
export function toWordQuery(tenantNo: number, words: readonly string[]): string {
  return words.map((word) => `'${toLexeme(tenantNo, word)}':*`).join(' & ')
}
