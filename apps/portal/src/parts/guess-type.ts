export type DataType = 'text' | 'number' | 'boolean' | 'multiselect'

/** The type that a value which arrived would be declared with. A number that was sent as text becomes one when it is declared so. */
export function guessType(value: unknown): DataType {
  if (typeof value === 'number') return 'number'
  if (typeof value === 'boolean') return 'boolean'
  if (Array.isArray(value)) return 'multiselect'
  return typeof value === 'string' && /^-?\d{1,15}(\.\d{1,6})?$/.test(value) && !/^-?0\d/.test(value) ? 'number' : 'text'
}

/** A value in a few characters. */
export function exampleOf(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}
