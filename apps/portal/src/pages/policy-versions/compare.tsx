import { useQuery } from '@tanstack/react-query'
import { api } from '../../api/api.ts'
import { Loaded } from '../../parts/loaded.tsx'
import { Select } from '../../parts/select.tsx'
import { Sentence } from '../../parts/sentence.tsx'
import { number } from '../../url/codec.ts'
import { useParam } from '../../url/use-param.ts'

const codec = number()

/** Any two versions against each other; which ones is in the address. */
export function Compare({ actionCode, versions }: { actionCode: string; versions: readonly number[] }) {
  const [from, setFrom] = useParam('from', codec)
  const [to, setTo] = useParam('to', codec)
  if (versions.length < 2) return null
  const options = (usual: string) => [
    { value: '', label: usual },
    ...versions.map((version) => ({ value: String(version), label: `Version ${version}` })),
  ]
  const toNumber = (text: string) => (text === '' ? undefined : Number(text))
  const isChosen = from !== undefined && to !== undefined && from !== to
  return (
    <section aria-label="Compare two versions" className={isChosen ? 'rounded-md border bg-surface p-3' : ''}>
      <div className="flex flex-wrap items-center gap-2 text-sm">
        <span>Compare</span>
        <Select
          label="From"
          isLabelHidden
          value={String(from ?? '')}
          onValue={(text) => setFrom(toNumber(text))}
          options={options('…')}
          className="w-32"
        />
        <span>with</span>
        <Select
          label="To"
          isLabelHidden
          value={String(to ?? '')}
          onValue={(text) => setTo(toNumber(text))}
          options={options('…')}
          className="w-32"
        />
      </div>
      {isChosen && (
        <div className="mt-2">
          <p className="text-sm text-soft">
            From version {from} to version {to}:
          </p>
          <VersionChanges actionCode={actionCode} from={from} to={to} />
        </div>
      )}
    </section>
  )
}

/** What changes between two versions, one sentence each. */
export function VersionChanges({ actionCode, from, to }: { actionCode: string; from: number; to: number }) {
  const query = useQuery({
    // Versions never change.
    queryKey: ['policy-diff', actionCode, from, to],
    queryFn: ({ signal }) =>
      api.get('/action-configurations/{actionCode}/policy-versions/{a}/diff/{b}', { path: { actionCode, a: from, b: to }, signal }),
    staleTime: 600_000,
  })
  return (
    <Loaded query={query} what="the difference" lines={1}>
      {({ changes }) =>
        changes.length === 0 ? (
          <p className="text-sm text-soft">No rule differs.</p>
        ) : (
          <ul className="max-w-[90ch] space-y-0.5 text-sm">
            {changes.map(({ sentence }) => (
              <li key={sentence}>
                <Sentence>{sentence}</Sentence>
              </li>
            ))}
          </ul>
        )
      }
    </Loaded>
  )
}
