import { StandingBadge } from './standing-badge.tsx'
import type { Profile } from './unlike-usual.ts'
import { Country, LastMark, Seen } from './usual-marks.tsx'

/** The countries a user acts from. */
export function UsualCountries({ profile, last }: { profile: Profile; last: { value: string; isUsual: boolean } | undefined }) {
  return (
    <ul className="text-sm">
      {last !== undefined && !last.isUsual && (
        <li className="flex flex-wrap items-center gap-x-3 border-b border-dashed border-challenge bg-challenge-tint px-2 py-1.5">
          <StandingBadge standing="new" />
          <Country code={last.value} />
          <LastMark />
        </li>
      )}
      {profile.countries.map(({ countryCode, timesSeen, lastSeenOn }) => (
        <li key={countryCode} className="flex flex-wrap items-center gap-x-3 border-b py-1.5">
          <span className="min-w-0 flex-1">
            <Country code={countryCode} /> {countryCode === last?.value && <LastMark />}
          </span>
          <Seen times={timesSeen} on={lastSeenOn} />
        </li>
      ))}
    </ul>
  )
}
