import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api } from '../../../api/api.ts'
import { useMe } from '../../../api/me.ts'
import { Button } from '../../../parts/button.tsx'
import { countryName } from '../../../parts/country-name.ts'
import { Problem } from '../../../parts/problem.tsx'
import { type Column, Table } from '../../../parts/table.tsx'
import { Time } from '../../../parts/time.tsx'
import { announce } from '../../../parts/toast.ts'
import type { Throttled } from './describe-throttled.ts'

type Row = Throttled['prefixes'][number]

/** Countries and blocks of numbers to which nothing is sent, because nobody answered what was sent there; and the way to send there again. */
export function StoppedPrefixes({ prefixes }: { prefixes: readonly Row[] }) {
  const { may } = useMe()
  const client = useQueryClient()
  const release = useMutation({
    mutationFn: ({ scope, prefix }: Row) => api.post('/limits/release', { body: { scope, prefix } }),
    onSuccess: async (_, row) => {
      announce(`Messages go to ${placeName(row)} again.`)
      await client.invalidateQueries({ queryKey: ['limits'] })
    },
  })
  const columns: Column<Row>[] = [
    { id: 'place', title: 'Numbers', cell: placeName },
    {
      id: 'until',
      title: 'Stop ends',
      width: '12rem',
      narrowWidth: '7rem',
      cell: ({ stoppedUntil }) => <Time at={stoppedUntil} look="relative" />,
    },
    ...(may('POST /limits/release')
      ? [
          {
            id: 'do',
            title: 'Send again',
            isTitleHidden: true,
            width: '8rem',
            narrowWidth: '7rem',
            align: 'end' as const,
            cell: (row: Row) => (
              <Button
                aria-label={`Send again to ${placeName(row)}`}
                isBusy={release.isPending && release.variables.prefix === row.prefix}
                onClick={() => release.mutate(row)}
              >
                Send again
              </Button>
            ),
          },
        ]
      : []),
  ]
  return (
    <>
      <p className="mb-2 max-w-[80ch] text-sm text-soft">
        {prefixes.length === 0 && 'Nowhere, at the moment. '}Where fewer than one in five messages of the last hour was answered, sending
        stops by itself for an hour, and for longer each time that it did not help: somebody may be paid for such messages.
      </p>
      {release.isError && <Problem what="The stop was not ended" error={release.error} />}
      {prefixes.length > 0 && (
        <Table label="Where nothing is sent" rows={prefixes} rowId={({ scope, prefix }) => `${scope} ${prefix}`} columns={columns} />
      )}
    </>
  )
}

function placeName({ scope, prefix }: Row): string {
  return scope === 'country' ? countryName(prefix) : `+${prefix} …, 10,000 numbers`
}
