/** The name that is one typing mistake away. */
export function closestName(text: string, names: readonly string[]): string | undefined {
  if (text.length < 3) return undefined
  return names.find((name) => name.length >= 3 && isOneAway(text, name.toLowerCase()))
}

function isOneAway(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1 || a === b) return false
  let begin = 0
  while (begin < a.length && a[begin] === b[begin]) begin++
  let [endA, endB] = [a.length, b.length]
  while (endA > begin && endB > begin && a[endA - 1] === b[endB - 1]) {
    endA--
    endB--
  }
  const [left, right] = [a.slice(begin, endA), b.slice(begin, endB)]
  const isSwapped = left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0]
  return isSwapped || (left.length <= 1 && right.length <= 1)
}
