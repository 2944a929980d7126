/** Custom data from lines such as `transactionValue = 500`. What reads as JSON is that; everything else is a text. A line without a value is left out. */
export function parseCustom(text: string): Record<string, unknown> {
  const pairs = text.split('\n').flatMap((line): [string, unknown][] => {
    const at = line.indexOf('=')
    const name = line.slice(0, at).trim()
    const value = line.slice(at + 1).trim()
    return at <= 0 || name === '' || value === '' ? [] : [[name, valueIn(value)]]
  })
  return Object.fromEntries(pairs)
}

function valueIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
