import { Link } from 'wouter'
import { countryName } from '../../parts/country-name.ts'
import { Time } from '../../parts/time.tsx'
import { UserText } from '../../parts/user-text.tsx'
import { StandingBadge } from './standing-badge.tsx'
import type { Profile } from './unlike-usual.ts'
import { LastMark } from './usual-marks.tsx'

type Address = Profile['addresses'][number]

/** The addresses of a user: how far each is trusted, why, and where it is. */
export function UsualAddresses({
  addresses,
  last,
  country,
}: {
  addresses: readonly Address[]
  last: { value: string; isUsual: boolean } | undefined
  /** Of the last action. */
  country: string | undefined
}) {
  return (
    <ul className="text-sm">
      {last !== undefined && !last.isUsual && (
        <li className="border-b border-dashed border-challenge bg-challenge-tint px-2 py-2">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <StandingBadge standing="new" />
            <AddressLink address={last.value} />
            <LastMark />
            {country !== undefined && <span className="ml-auto text-soft">{countryName(country)}</span>}
          </div>
          <p className="mt-0.5 text-soft">The last action came from here; nothing was learned from it.</p>
        </li>
      )}
      {addresses.map((address) => (
        <li key={address.address} className="border-b py-2">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <StandingBadge standing={address.standing} />
            <AddressLink address={address.address} />
            <Strength strength={address.strength} />
            {address.address === last?.value && <LastMark />}
            <span className="ml-auto min-w-0 text-soft">
              <Whereabouts now={address.now} />
            </span>
          </div>
          <p className="mt-0.5 text-pretty">{address.sentence}</p>
          <p className="text-xs text-soft">
            First seen <Time at={address.firstSeenAt} look="relative" />, last <Time at={address.lastSeenAt} look="relative" />.
          </p>
        </li>
      ))}
    </ul>
  )
}

function AddressLink({ address }: { address: string }) {
  return (
    <Link href={`/ip/${encodeURIComponent(address.replace(/\/64$/, ''))}`} className="font-mono text-xs font-medium hover:underline">
      {address}
    </Link>
  )
}

/** The trust gathered, faded to now. */
function Strength({ strength }: { strength: number }) {
  const percent = Math.round(strength * 100)
  if (percent === 0) return null
  return (
    <span className="inline-flex items-center gap-1.5 text-xs text-soft" title="Trust gathered, faded to this moment">
      <span aria-hidden="true" className="h-1.5 w-16 rounded-full bg-unknown-tint">
        <span className="block h-full rounded-full bg-allow" style={{ width: `${percent}%` }} />
      </span>
      {percent} %<span className="sr-only"> of trust</span>
    </span>
  )
}

function Whereabouts({ now }: { now: Address['now'] }) {
  const { countryCode, asnName, isAnonymous, isPrivate } = now
  const kind = isPrivate ? 'private' : isAnonymous ? 'anonymous' : undefined
  const parts = [countryCode === undefined ? undefined : countryName(countryCode), asnName, kind].filter((part) => part !== undefined)
  return parts.length === 0 ? 'place unknown' : <UserText>{parts.join(' · ')}</UserText>
}
