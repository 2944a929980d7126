import type { UseQueryResult } from '@tanstack/react-query'
import { Link } from 'wouter'
import { Empty } from '../../parts/empty.tsx'
import { Section } from '../../parts/section.tsx'
import { Time } from '../../parts/time.tsx'
import { UserText } from '../../parts/user-text.tsx'
import { capital } from './describe-authenticator.ts'
import { HourStrip } from './hour-strip.tsx'
import { receiptHref } from './receipt-href.ts'
import { StandingBadge } from './standing-badge.tsx'
import { type Compared, type Place, type Profile, partsThat, placeOf, type UserEvent } from './unlike-usual.ts'
import { UsualAddresses } from './usual-addresses.tsx'
import { UsualCountries } from './usual-countries.tsx'
import { Day, LastMark, Seen } from './usual-marks.tsx'

/** The line above the first part of a column would double the one above it. */
const columnClasses = 'min-w-0 [&>section:first-child]:mt-3 [&>section:first-child]:border-t-0'

/** What is usual for a user as one picture, with the last action drawn into it. */
export function Usual({ profile, events }: { profile: Profile; events: UseQueryResult<{ events: UserEvent[] }> }) {
  const latest = events.data?.events[0]
  const place = latest && placeOf(latest, profile)
  if (profile.addresses.length === 0 && profile.devices.length === 0) {
    return (
      <Empty title="Nothing is usual yet.">
        An address, a network, a country, a device and an hour become usual with actions that end well: allowed and not disputed, or a
        challenge that was passed.
      </Empty>
    )
  }
  return (
    <>
      {latest && place && <Unlike event={latest} place={place} />}
      <div className="grid gap-x-8 wide:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className={columnClasses}>
          <Section title="Addresses">
            <UsualAddresses addresses={profile.addresses} last={place?.address} country={place?.country?.value} />
          </Section>
          <Section title="Devices">
            <Devices devices={profile.devices} last={place?.device} />
          </Section>
        </div>
        <div className={columnClasses}>
          <Section title="Countries">
            <UsualCountries profile={profile} last={place?.country} />
          </Section>
          <Section title="Hours">
            <HourStrip hours={profile.hours} mark={place?.hour?.value} />
          </Section>
          <Section title="Networks">
            <Networks profile={profile} />
          </Section>
        </div>
      </div>
    </>
  )
}

function Unlike({ event, place }: { event: UserEvent; place: Place }) {
  const unlike = partsThat('unlike', place)
  const first = partsThat('first', place)
  return (
    <p className="text-sm">
      The{' '}
      <Link href={receiptHref(event)} className="text-accent underline">
        last action
      </Link>{' '}
      (<UserText>{event.action}</UserText>, <Time at={event.createdAt} look="relative" />) is drawn into the picture:{' '}
      {unlike.length > 0 && (
        <span className="font-medium text-challenge">
          {listed(unlike)} {unlike.length === 1 ? 'is' : 'are'} not usual.{' '}
        </span>
      )}
      {first.length > 0 && `${unlike.length > 0 ? capital(listed(first)) : listed(first)} became usual with it.`}
      {unlike.length === 0 && first.length === 0 && 'it is like those before.'}
    </p>
  )
}

function listed(words: readonly string[]): string {
  return new Intl.ListFormat('en', { type: 'conjunction' }).format(words)
}

function Devices({ devices, last }: { devices: Profile['devices']; last: Compared<string> | undefined }) {
  return (
    <ul className="text-sm">
      {last?.standing === 'unlike' && (
        <li className="border-b border-dashed border-challenge bg-challenge-tint px-2 py-2">
          <StandingBadge standing="new" /> <UserText className="font-mono text-xs">{last.value}</UserText>
          <p className="mt-0.5 text-soft">The last action came from this device; nothing was learned from it.</p>
        </li>
      )}
      {devices.map((device, at) => (
        <li key={device.deviceId ?? at} className="border-b py-2">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <StandingBadge standing={device.standing} />
            <span className="font-medium">
              <UserText>{[device.browser, device.os].filter((part) => part !== undefined).join(' on ') || 'Unknown browser'}</UserText>
            </span>
            {device.isInvalidated && <span className="text-xs text-block">invalidated once</span>}
            {device.deviceId !== undefined && device.deviceId === last?.value && <LastMark />}
            <span className="narrow:ml-auto text-soft">
              since <Day at={device.firstSeenAt} />
            </span>
          </div>
          <p className="mt-0.5 text-soft">{device.sentence}</p>
        </li>
      ))}
    </ul>
  )
}

function Networks({ profile: { asns, networks } }: { profile: Profile }) {
  return (
    <ul className="text-sm">
      {asns.map(({ asn, name, timesSeen, lastSeenOn }) => (
        <li key={asn} className="flex gap-3 border-b py-1.5">
          <span className="min-w-0 flex-1">
            <UserText>{name ?? 'Unnamed network'}</UserText> <span className="text-soft">AS{asn}</span>
          </span>
          <Seen times={timesSeen} on={lastSeenOn} />
        </li>
      ))}
      <li className="py-1.5">
        <details>
          <summary className="text-soft">{networks.length === 1 ? 'One range' : `${networks.length} ranges`} of addresses</summary>
          <ul>
            {networks.map(({ network, timesSeen, lastSeenOn }) => (
              <li key={network} className="flex gap-3 border-b py-1.5">
                <Link
                  href={`/events?ipAddress=${encodeURIComponent(network)}`}
                  className="min-w-0 flex-1 font-mono text-xs leading-5 hover:underline"
                >
                  {network}
                </Link>
                <Seen times={timesSeen} on={lastSeenOn} />
              </li>
            ))}
          </ul>
        </details>
      </li>
    </ul>
  )
}
