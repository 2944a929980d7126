import { countryName } from '../../parts/country-name.ts'

/** Says that the action that is drawn is of this row. */
export function ThisMark() {
  return <span className="rounded-sm border border-challenge px-1 text-xs text-challenge">this action</span>
}

/** How often and when last something was part of an action that ended well. */
export function Seen({ times, on }: { times: number; on: string }) {
  return (
    <span className="shrink-0 text-soft">
      {times === 1 ? 'once' : `${times.toLocaleString('en')} times`}, last <Day at={on} />
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

const local = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' })
const utc = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' })

/** The day of a time in the zone of the reader, or a day of UTC (`2026-06-01`) as it is. The whole on hover. */
export function Day({ at }: { at: string }) {
  const ms = Date.parse(at)
  const isDay = at.length === 10
  const shown = Number.isNaN(ms) ? at : (isDay ? utc : local).format(ms)
  return (
    <time
      dateTime={at}
      title={isDay ? `${at} (day in UTC)` : at.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC')}
      className="whitespace-nowrap"
    >
      {shown}
    </time>
  )
}
