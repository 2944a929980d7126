import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { api } from '../../api/api.ts'
import { ApiFault } from '../../api/api-fault.ts'
import { LinkButton } from '../../parts/button.tsx'
import { Empty } from '../../parts/empty.tsx'
import { Facts } from '../../parts/facts.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { Page } from '../../parts/page.tsx'
import { Section } from '../../parts/section.tsx'
import { visiblePieces } from '../../parts/visible-text.ts'
import { AddressField } from './address-field.tsx'
import { AddressHere } from './address-here.tsx'
import { type AddressFacts, addressSentence, factNames, factWords, missingWords } from './describe-address.ts'
import { Evidence } from './evidence.tsx'

/** One address: what it is, who says so, and what it did here. */
export default function AddressPage({ params: { address = '' } }: { params: Record<string, string> }) {
  const query = useQuery({
    queryKey: ['ip', address],
    queryFn: ({ signal }) => api.get('/ip/{address}', { path: { address }, signal }),
    retry: false,
  })
  const title = visiblePieces(query.data?.address ?? address)
    .map(({ text }) => text)
    .join('')
  return (
    <Page
      title={title}
      sentence={query.data === undefined ? 'What is known of an address, and which data set says so.' : addressSentence(query.data)}
      above={
        <Link href="/ip" className="text-soft hover:underline">
          IP
        </Link>
      }
      actions={query.data && <LinkButton href={`/events?ipAddress=${encodeURIComponent(query.data.address)}`}>Events from here</LinkButton>}
    >
      <AddressField key={address} shown={address} />
      <div className="mt-4">
        {query.error instanceof ApiFault && query.error.status === 400 ? (
          <NoAddress text={address} />
        ) : (
          <Loaded query={query} what="the address" lines={14}>
            {(facts) => <Address facts={facts} />}
          </Loaded>
        )}
      </div>
    </Page>
  )
}

function NoAddress({ text }: { text: string }) {
  const isRange = /^[0-9a-f.:]+\/\d+$/i.test(text)
  return (
    <Empty
      title={isRange ? 'This is a range of addresses.' : 'This is no address.'}
      action={isRange && <LinkButton href={`/events?ipAddress=${encodeURIComponent(text)}`}>Search its events</LinkButton>}
    >
      {isRange ? 'One address at a time is looked up; events are searched by range.' : 'An address looks like 203.0.113.7 or 2001:db8::7.'}
    </Empty>
  )
}

const shownFacts = [
  'isAnonymous',
  'anonymityConfidence',
  'isTor',
  'isVpn',
  'isProxy',
  'isRelay',
  'isHosting',
  'isCrawler',
  'isGateway',
  'asnType',
  'countryCode',
  'countryCodeInOfacList',
  'cityName',
  'accuracyKm',
  'timeZone',
] as const

function Address({ facts }: { facts: AddressFacts }) {
  return (
    <div className="grid gap-x-8 wide:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
      <div className="min-w-0">
        <Section title="Facts">
          <Facts
            facts={shownFacts.map((fact): [string, ReactNode] => [factNames[fact] ?? fact, <Value key={fact} facts={facts} fact={fact} />])}
          />
        </Section>
      </div>
      <div className="min-w-0">
        <Section title="Who says so">
          <Evidence facts={facts} />
        </Section>
        <Section title="Here">
          <AddressHere facts={facts} />
        </Section>
      </div>
    </div>
  )
}

/** A fact as a rule sees it. What is not known is hatched: it is not no. */
function Value({ facts, fact }: { facts: AddressFacts; fact: (typeof shownFacts)[number] }) {
  const value = facts[fact]
  if (value === null) {
    return (
      <span className="hatched rounded-sm px-1.5 py-0.5 text-xs text-unknown">{missingWords(facts.missing[fact] ?? 'unavailable')}</span>
    )
  }
  const isWarning = value === true && fact !== 'isHosting' && fact !== 'isRelay' && fact !== 'isCrawler' && fact !== 'isGateway'
  return <span className={isWarning ? 'font-medium text-challenge' : ''}>{factWords(fact, value)}</span>
}
