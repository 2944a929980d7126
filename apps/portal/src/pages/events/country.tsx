const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'code' })

/** The name of a country by its code, in English as every sentence of the portal. */
export function countryName(code: string): string {
  return /^[A-Z]{2}$/.test(code) ? (names.of(code) ?? code) : code
}

/** The code of a country, with its name on hover. */
export function Country({ code }: { code: string | undefined }) {
  if (code === undefined) return null
  return (
    <abbr title={countryName(code)} className="shrink-0 rounded-sm border px-1 text-xs text-soft no-underline">
      {code}
    </abbr>
  )
}
