import { useQuery } from '@tanstack/react-query'
import { api } from '../../api/api.ts'
import { Loaded } from '../../parts/loaded.tsx'
import { Page } from '../../parts/page.tsx'
import { Section } from '../../parts/section.tsx'
import { AddressField } from './address-field.tsx'
import { DataSets } from './data-sets.tsx'

/** Looks up an address, and shows the data sets that the answer rests on. */
export default function IpPage() {
  const query = useQuery({ queryKey: ['ip-sources'], queryFn: ({ signal }) => api.get('/ip-sources', { signal }) })
  return (
    <Page title="IP" sentence={query.data?.sentence ?? 'What is known of an address, and which data set says so.'}>
      <AddressField />
      <Section title="Data sets">
        <Loaded query={query} what="the data sets" lines={9}>
          {({ dataSets, updates }) => (
            <>
              <p className="mb-3 text-sm text-soft">{updates.sentence}</p>
              <DataSets dataSets={dataSets} />
            </>
          )}
        </Loaded>
      </Section>
    </Page>
  )
}
