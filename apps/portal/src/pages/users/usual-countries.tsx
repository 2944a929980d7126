import { useMemo } from 'react'
import { WorldMap } from '../../parts/world-map.tsx'
import { mapDots } from './map-dots.ts'
import { StandingBadge } from './standing-badge.tsx'
import type { Compared, Profile } from './unlike-usual.ts'
import { Country, Seen, ThisMark } from './usual-marks.tsx'

interface Props {
  profile: Profile
  /** The country of the action that is drawn. */
  last: Compared<string> | undefined
}

/** The countries a user acts from, as dots and as rows. */
export function UsualCountries({ profile, last }: Props) {
  const unlike = last?.standing === 'unlike' ? last.value : undefined
  const dots = useMemo(() => mapDots(profile, unlike), [profile, unlike])
  return (
    <>
      {dots.length > 0 && (
        <WorldMap
          label="Countries of the user"
          dots={dots}
          isFitted={dots.length > 1}
          head={['Country', 'Actions that ended well', 'Last on']}
          rows={profile.countries.map(({ countryCode, timesSeen, lastSeenOn }) => [
            <Country key="country" code={countryCode} />,
            timesSeen,
            lastSeenOn,
          ])}
        />
      )}
      <ul className="text-sm">
        {last?.standing === 'unlike' && (
          <li className="flex flex-wrap items-center gap-x-3 border-b border-dashed border-challenge bg-challenge-tint px-2 py-1.5">
            <StandingBadge standing="new" />
            <Country code={last.value} />
            <ThisMark />
          </li>
        )}
        {profile.countries.map(({ countryCode, timesSeen, lastSeenOn }) => (
          <li key={countryCode} className="flex flex-wrap items-center gap-x-3 border-b py-1.5">
            <span className="min-w-0 flex-1">
              <Country code={countryCode} /> {countryCode === last?.value && <ThisMark />}
            </span>
            <Seen times={timesSeen} on={lastSeenOn} />
          </li>
        ))}
      </ul>
    </>
  )
}
