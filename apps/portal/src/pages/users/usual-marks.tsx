import { countryName } from '../../parts/country-name.ts'

/** Says that the last action is this row. */
export function LastMark() {
  return <span className="rounded-sm border border-challenge px-1 text-xs text-challenge">last action</span>
}

/** How often and when last something was part of an action that ended well. */
export function Seen({ times, on }: { times: number; on: string }) {
  return (
    <span className="shrink-0 text-soft" title={`Last on ${on} (UTC)`}>
      {times === 1 ? 'once' : `${times.toLocaleString('en')} times`}, last {on}
    </span>
  )
}

/** The name of a country and its code. */
export function Country({ code }: { code: string }) {
  return (
    <>
      {countryName(code)} <span className="text-soft">{code}</span>
    </>
  )
}
