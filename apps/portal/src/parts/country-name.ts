const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'code' })

/** `Germany` for `DE`. A code that is none stays as it is. */
export function countryName(code: string): string {
  return /^[A-Z]{2}$/.test(code) ? (names.of(code) ?? code) : code
}
