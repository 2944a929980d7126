/**
 * True when a decimal number, written as JSON writes numbers, is the same number after a trip through a double: `10.00`, `1e3` and `0.1` are,
 * `40817810099910004312`, `1e400` and `0.1000000000000000055` are not. The shortest text of the double must be the same decimal.
 */
export function isExactNumber(text: string): boolean {
  const number = Number(text)
  return Number.isFinite(number) && canonicalDecimal(text) === canonicalDecimal(String(number))
}

/** Sign, digits without zeros at either end, and exponent: equal for two texts exactly when they are one decimal. */
function canonicalDecimal(text: string): string {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e', 2)
  const isNegative = mantissa.startsWith('-')
  const [whole = '', fraction = ''] = (isNegative ? mantissa.slice(1) : mantissa).split('.', 2)
  const digits = whole + fraction
  // Loops: a pattern for zeros at the end takes quadratic time on a long row of zeros.
  let start = 0
  while (start < digits.length && digits[start] === '0') start += 1
  let end = digits.length
  while (end > start && digits[end - 1] === '0') end -= 1
  if (start === end) return '0'
  return `${isNegative ? '-' : ''}${digits.slice(start, end)}e${Number(exponent) - fraction.length + digits.length - end}`
}
