import { useState } from 'react'
import { Link } from 'wouter'
import { Button } from '../../parts/button.tsx'
import { countryName } from '../../parts/country-name.ts'
import { UserText } from '../../parts/user-text.tsx'
import { StandingBadge } from './standing-badge.tsx'
import type { Compared, Profile } from './unlike-usual.ts'
import { Day, ThisMark } from './usual-marks.tsx'

type Address = Profile['addresses'][number]

/** A person has a few addresses that matter; the rest is one step away. */
const shownAtFirst = 6

/** The addresses of a user: how far each is trusted, why, and where it is. */
export function UsualAddresses({
  addresses,
  last,
  country,
}: {
  addresses: readonly Address[]
  last: Compared<string> | undefined
  /** Of the action that is drawn. */
  country: string | undefined
}) {
  const [isAll, setAll] = useState(false)
  const sorted = byStanding(addresses)
  return (
    <ul className="text-sm">
      {last?.standing === 'unlike' && !addresses.some(({ address }) => address === last.value) && (
        <li className="border-b border-dashed border-challenge bg-challenge-tint px-2 py-2">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <StandingBadge standing="new" />
            <AddressLink address={last.value} />
            <ThisMark />
            {country !== undefined && <span className="narrow:ml-auto text-soft">{countryName(country)}</span>}
          </div>
          <p className="mt-0.5 text-soft">This action came from here, which is not among the usual ones.</p>
        </li>
      )}
      {sorted.slice(0, isAll ? undefined : shownAtFirst).map((address) => (
        <li key={address.address} className="border-b py-2">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <StandingBadge standing={address.standing} />
            <AddressLink address={address.address} />
            <Strength strength={address.strength} />
            {address.address === last?.value && <ThisMark />}
            <span className="narrow:ml-auto min-w-0 text-soft">
              <Whereabouts now={address.now} />
            </span>
          </div>
          <p className="mt-0.5 text-pretty">
            {address.sentence}{' '}
            <span className="text-soft">
              First seen <Day at={address.firstSeenAt} />.
            </span>
          </p>
        </li>
      ))}
      {sorted.length > shownAtFirst && (
        <li className="pt-2">
          <Button look="quiet" className="h-6 px-2" aria-expanded={isAll} onClick={() => setAll(!isAll)}>
            {isAll ? 'Show fewer' : `Show all ${sorted.length} addresses`}
          </Button>
        </li>
      )}
    </ul>
  )
}

const order = ['trusted', 'proven', 'known', 'seen'] as const

/** Trusted ones first; among equals as they come, most recent first. */
function byStanding(addresses: readonly Address[]): Address[] {
  return [...addresses].sort((a, b) => order.indexOf(a.standing) - order.indexOf(b.standing))
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
