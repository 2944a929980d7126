import { Link } from 'wouter'
import { CopyId } from '../../parts/copy-id.tsx'
import { centreOf } from '../../parts/country-centres.ts'
import { countryName } from '../../parts/country-name.ts'
import { Facts } from '../../parts/facts.tsx'
import { Section } from '../../parts/section.tsx'
import { UserText } from '../../parts/user-text.tsx'
import { WorldMap } from '../../parts/world-map.tsx'
import type { Receipt } from './receipt.ts'

/** Where the address is, and what came from there. */
export function ReceiptPlace({ receipt }: { receipt: Receipt }) {
  const { place, device, ipAddress, userAgent } = receipt
  const dot = dotOf(place)
  return (
    <Section title="Place and device">
      {dot !== undefined && (
        <WorldMap
          label="Where the address is"
          dots={[dot]}
          head={['Place', 'Latitude', 'Longitude']}
          rows={[[dot.label, dot.latitude.toFixed(1), dot.longitude.toFixed(1)]]}
        />
      )}
      <Facts
        facts={[
          [
            'Address',
            ipAddress === undefined ? (
              'none was sent'
            ) : (
              <span key="address" className="flex flex-wrap items-center gap-x-3">
                <CopyId id={ipAddress} label="the address" />
                <Link href={`/ip/${encodeURIComponent(ipAddress)}`} className="text-accent hover:underline">
                  Look it up
                </Link>
                <Link href={`/events?ipAddress=${encodeURIComponent(ipAddress)}`} className="text-accent hover:underline">
                  Its events
                </Link>
              </span>
            ),
          ],
          ['Place', place && placeText(place)],
          ['Network', place?.network && <UserText>{place.network}</UserText>],
          ['Device', device && <UserText>{[device.browser, device.os, device.type].filter(Boolean).join(', ') || 'unknown'}</UserText>],
          [
            'Device id',
            device?.deviceId && (
              <span key="device" className="flex flex-wrap items-center gap-x-3">
                <CopyId id={device.deviceId} label="the id of the device" />
                <Link href={`/events?deviceId=${encodeURIComponent(device.deviceId)}`} className="text-accent hover:underline">
                  Its events
                </Link>
              </span>
            ),
          ],
          ['User agent', userAgent && <UserText className="text-xs text-soft">{userAgent}</UserText>],
          ['Key', <CopyId key="key" id={receipt.idempotencyKey} label="the key of the event" />],
        ]}
      />
    </Section>
  )
}

type Place = NonNullable<Receipt['place']>

function placeText({ city, country, accuracyKm }: Place): string | undefined {
  const names = [city, country && countryName(country)].filter(Boolean).join(', ')
  if (names === '') return undefined
  return accuracyKm === undefined ? names : `${names}, to within ${accuracyKm.toLocaleString('en')} km`
}

/** Where only the country is known, its centre stands for it, and says so. */
function dotOf(place: Place | undefined) {
  if (place === undefined) return undefined
  const { latitude, longitude, country } = place
  if (latitude !== undefined && longitude !== undefined)
    return { id: 'place', latitude, longitude, size: 1, label: placeText(place) ?? 'The address' }
  const centre = country === undefined ? undefined : centreOf(country)
  return centre && { id: 'country', ...centre, size: 1, label: `Somewhere in ${countryName(country ?? '')}`, tone: 'unknown' as const }
}
