const dollars = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' })

/** `$1,234.50` */
export function formatMoney(cents: number): string {
  return dollars.format(cents / 100)
}

/** The initials of the first two words. */
export function initials(name: string): string {
  return name
    .split(' ')
    .filter((word) => /^\p{L}/u.test(word))
    .slice(0, 2)
    .map((word) => word[0])
    .join('')
}
