/** A longer text is refused before anything is done with it. */
export const maxTokenLength = 8192
/** How far in the future a token may have been issued. */
export const maxTokenSkewSeconds = 60

/** The bytes, if the text is the only base64url text for them: no unused bit set. */
export function decodeCanonical(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : undefined
}

/** The object that a part of a token holds. Never throws on hostile input. */
export function decodeObject(text: string): Record<string, unknown> | undefined {
  const bytes = decodeCanonical(text)
  if (bytes === undefined) return undefined
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isSeconds(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
