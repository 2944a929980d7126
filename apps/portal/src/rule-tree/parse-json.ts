import type { JsonValue } from '@sallyport/engine/facts'
import type { Path } from './json-place.ts'

/** From one character to another. */
export interface Span {
  from: number
  to: number
}

export interface ParsedJson {
  value: JsonValue
  /** Where each part stands, by `pathKey` of its path. */
  spans: ReadonlyMap<string, Span>
  /** What is JSON and would still be lost on the way. */
  losses: readonly (Span & { message: string })[]
}

/** Reads JSON with the place of each part. `undefined`: the text is not JSON. */
export function parseJson(text: string): ParsedJson | undefined {
  let value: JsonValue
  try {
    value = JSON.parse(text) as JsonValue
  } catch {
    return undefined
  }
  const spans = new Map<string, Span>()
  const losses: (Span & { message: string })[] = []
  let at = 0
  read([])
  return { value, spans, losses }

  function blanks(): void {
    while (/\s/.test(text[at] ?? '')) at++
  }

  function read(path: Path): void {
    blanks()
    const from = at
    const first = text[at]
    if (first === '{') readObject(path)
    else if (first === '[') readArray(path)
    else if (first === '"') readText()
    else readWord()
    spans.set(JSON.stringify(path), { from, to: at })
  }

  function readObject(path: Path): void {
    const keys = new Set<string>()
    at++
    for (blanks(); text[at] !== '}'; blanks()) {
      if (text[at] === ',') at++
      blanks()
      const from = at
      readText()
      const key = JSON.parse(text.slice(from, at)) as string
      if (keys.has(key)) losses.push({ from, to: at, message: `\`${key}\` stands here twice; only the last one counts` })
      keys.add(key)
      blanks()
      at++
      read([...path, key])
    }
    at++
  }

  function readArray(path: Path): void {
    at++
    let place = 0
    for (blanks(); text[at] !== ']'; blanks()) {
      if (text[at] === ',') at++
      read([...path, place++])
    }
    at++
  }

  function readText(): void {
    at++
    while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1
    at++
  }

  function readWord(): void {
    const from = at
    while (at < text.length && /[-+.\w]/.test(text[at] ?? '')) at++
    const word = text.slice(from, at)
    if (/^-?\d/.test(word) && !isKept(word))
      losses.push({ from, to: at, message: `this number cannot be kept exactly: it becomes ${Number(word)}` })
  }
}

/** Whether a number has its exact value in a double, as far as its digits say. */
function isKept(word: string): boolean {
  const value = Number(word)
  if (!Number.isFinite(value)) return false
  return digitsOf(word) === digitsOf(String(value))
}

/** Digits and exponent: the same for `2000`, `2e3` and `2000.0`. */
function digitsOf(word: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([-+]?\d+))?$/.exec(word) ?? []
  const digits = `${whole}${fraction}`.replace(/^0+/, '')
  const bare = digits.replace(/0+$/, '')
  return bare === '' ? '0' : `${sign}${bare}e${Number(exponent) - fraction.length + digits.length - bare.length}`
}
