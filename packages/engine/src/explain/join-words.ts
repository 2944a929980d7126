/** `a`, `a and b`, `a, b and c`. */
export function joinWords(words: readonly string[], last: 'and' | 'or', suffix = ''): string {
  if (words.length <= 1) return `${words[0] ?? 'nothing'}`
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}${suffix}`
}
