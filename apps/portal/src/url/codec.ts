/** How a value is written into the query string. The usual value is left out, so that a plain page has a plain address. */
export interface Codec<T> {
  usual: T
  /** `undefined`: the text means nothing here, and the usual value holds. */
  read(text: string): T | undefined
  write(value: T): string
}

export function text(usual = ''): Codec<string> {
  return { usual, read: (given) => given, write: (value) => value }
}

export function oneOf<T extends string>(values: readonly T[], usual: T): Codec<T> {
  return { usual, read: (given) => values.find((value) => value === given), write: (value) => value }
}

/** `undefined` is no number at all. */
export function number(usual?: number): Codec<number | undefined> {
  return {
    usual,
    read: (given) => (given.trim() !== '' && Number.isFinite(Number(given)) ? Number(given) : undefined),
    write: (value) => (value === undefined ? '' : String(value)),
  }
}

export const flag: Codec<boolean> = { usual: false, read: (given) => given === '1', write: (value) => (value ? '1' : '0') }

/** Texts, in order. Commas within one are kept. */
export const list: Codec<readonly string[]> = {
  usual: [],
  read: (given) => given.split(',').map((part) => decodeURIComponentOr(part)),
  write: (values) => values.map((value) => value.replace(/[%,]/g, encodeURIComponent)).join(','),
}

/** Anything that JSON holds and `accept` takes; it has to look closely, for a link may come from anybody. */
export function json<T>(usual: T, accept: (value: unknown) => T | undefined): Codec<T> {
  return {
    usual,
    read: (given) => {
      try {
        return accept(JSON.parse(given))
      } catch {
        return undefined
      }
    },
    write: (value) => JSON.stringify(value),
  }
}

/** The value of a parameter in a query string. */
export function readParam<T>(search: string, name: string, codec: Codec<T>): T {
  const given = new URLSearchParams(search).get(name)
  return given === null ? codec.usual : (codec.read(given) ?? codec.usual)
}

/** The query string with a parameter set, or left out when it is as usual. Parameters of others stay. */
export function writeParam<T>(search: string, name: string, codec: Codec<T>, value: T): string {
  const params = new URLSearchParams(search)
  const written = codec.write(value)
  if (written === codec.write(codec.usual)) params.delete(name)
  else params.set(name, written)
  return params.toString()
}

function decodeURIComponentOr(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
