import type { UseQueryResult } from '@tanstack/react-query'
import { Link } from 'wouter'
import { Empty } from '../../parts/empty.tsx'
import { Section } from '../../parts/section.tsx'
import { Select } from '../../parts/select.tsx'
import { describeState } from '../../parts/state.ts'
import { Time } from '../../parts/time.tsx'
import { UserText } from '../../parts/user-text.tsx'
import { text } from '../../url/codec.ts'
import { receiptHref } from '../../url/event-id.ts'
import { useParam } from '../../url/use-param.ts'
import { HourStrip } from './hour-strip.tsx'
import { StandingBadge } from './standing-badge.tsx'
import { type Compared, type Place, type Profile, partsThat, placeOf, type UserEvent } from './unlike-usual.ts'
import { UsualAddresses } from './usual-addresses.tsx'
import { UsualCountries } from './usual-countries.tsx'
import { Day, Seen, ThisMark } from './usual-marks.tsx'

/** The line above the first part of a column would double the one above it. */
const columnClasses = 'min-w-0 [&>section:first-child]:mt-3 [&>section:first-child]:border-t-0'

const drawn = text()
/** The latest events, of which one is drawn. */
export const mostToDraw = 30

/** What is usual for a user as one picture, with one action drawn into it. */
export function Usual({ profile, events }: { profile: Profile; events: UseQueryResult<{ events: UserEvent[] }> }) {
  const [chosen, setChosen] = useParam('drawn', drawn)
  const latest = events.data?.events ?? []
  const event = latest.find((one) => receiptHref(one) === chosen) ?? latest[0]
  const place = event && placeOf(event, profile)
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
      {event && place && (
        <div className="flex flex-wrap items-end gap-x-6 gap-y-2">
          <p className="min-w-64 flex-1 text-sm">
            <Unlike event={event} isLatest={event === latest[0]} place={place} />
          </p>
          {latest.length > 1 && (
            <Select
              label="Drawn into the picture"
              className="w-80 max-w-full"
              value={receiptHref(event)}
              onValue={(next) => setChosen(next === receiptHref(latest[0] ?? event) ? '' : next)}
              options={latest.map((one) => ({ value: receiptHref(one), label: eventLabel(one) }))}
            />
          )}
        </div>
      )}
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

function Unlike({ event, isLatest, place }: { event: UserEvent; isLatest: boolean; place: Place }) {
  const unlike = partsThat('unlike', place)
  const first = partsThat('first', place)
  return (
    <>
      The{' '}
      <Link href={receiptHref(event)} className="text-accent underline">
        {isLatest ? 'last action' : 'chosen action'}
      </Link>{' '}
      (<UserText>{event.action}</UserText>, <Time at={event.createdAt} look="relative" />) is drawn into the picture:{' '}
      {unlike.length > 0 && (
        <span className="font-medium text-challenge">
          {listed(unlike)} {unlike.length === 1 ? 'is' : 'are'} not usual.{' '}
        </span>
      )}
      {first.length > 0 && `${unlike.length > 0 ? capital(listed(first)) : listed(first)} became usual with it.`}
      {unlike.length === 0 && first.length === 0 && 'it is as usual.'}
    </>
  )
}

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

function eventLabel({ createdAt, action, state }: UserEvent): string {
  return `${moment.format(Date.parse(createdAt))} · ${action} · ${describeState(state).word.toLowerCase()}`
}

function listed(words: readonly string[]): string {
  return new Intl.ListFormat('en', { type: 'conjunction' }).format(words)
}

function Devices({ devices, last }: { devices: Profile['devices']; last: Compared<string> | undefined }) {
  return (
    <ul className="text-sm">
      {last?.standing === 'unlike' && !devices.some(({ deviceId }) => deviceId === last.value) && (
        <li className="border-b border-dashed border-challenge bg-challenge-tint px-2 py-2">
          <StandingBadge standing="new" /> <UserText className="font-mono text-xs">{last.value}</UserText>
          <p className="mt-0.5 text-soft">This action came from a device that is not among the usual ones.</p>
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
            {device.deviceId !== undefined && device.deviceId === last?.value && <ThisMark />}
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

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
