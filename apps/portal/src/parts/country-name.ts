let names: Intl.DisplayNames | undefined

/** The name of a country by its two letters: `Germany`. What is no country stays as it is. */
export function countryName(code: string): string {
  try {
    names ??= new Intl.DisplayNames(['en'], { type: 'region' })
    return names.of(code) ?? code
  } catch {
    return code
  }
}
