import { countryName } from '../../parts/country-name.ts'

/** The code of a country, with its name on hover. */
export function Country({ code }: { code: string | undefined }) {
  if (code === undefined) return null
  return (
    <abbr title={countryName(code)} className="shrink-0 rounded-sm border px-1 text-xs text-soft no-underline">
      {code}
    </abbr>
  )
}
