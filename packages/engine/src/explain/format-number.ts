const symbols: Readonly<Record<string, string>> = { USD: '$', EUR: '€', GBP: '£', JPY: '¥', NZD: 'NZ$', AUD: 'A$', INR: '₹' }

/** Writes a number with thousands grouped and, optionally, a currency. The result is the same on every machine: no locale is used. */
export function formatNumber(value: number, currency?: string): string {
  if (!Number.isFinite(value)) return value > 0 ? 'infinity' : value < 0 ? 'minus infinity' : 'not a number'
  const text = grouped(Math.abs(value))
  const sign = value < 0 ? '-' : ''
  if (currency === undefined) return `${sign}${text}`
  const symbol = symbols[currency]
  return symbol === undefined ? `${currency} ${sign}${text}` : `${sign}${symbol}${text}`
}

function grouped(value: number): string {
  const text = value >= 1e21 || (value < 1e-6 && value > 0) ? String(value) : String(Math.round(value * 1e6) / 1e6)
  const [whole = '', fraction] = text.split('.')
  if (text.includes('e')) return text
  const groups = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return fraction === undefined ? groups : `${groups}.${fraction}`
}
