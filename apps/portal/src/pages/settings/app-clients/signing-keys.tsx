import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type Answer, api } from '../../../api/api.ts'
import { useMe } from '../../../api/me.ts'
import { Button } from '../../../parts/button.tsx'
import { CopyId } from '../../../parts/copy-id.tsx'
import { FormDialog } from '../../../parts/form-dialog.tsx'
import { Loaded } from '../../../parts/loaded.tsx'
import { Section } from '../../../parts/section.tsx'
import { Select } from '../../../parts/select.tsx'
import { type Column, Table } from '../../../parts/table.tsx'
import { Time } from '../../../parts/time.tsx'
import { announce } from '../../../parts/toast.ts'

type SigningKey = Answer<'get', '/signing-keys'>[number]

const overlaps = [
  { value: '1440', label: 'A day' },
  { value: '10080', label: 'A week' },
  { value: '43200', label: '30 days' },
  { value: '0', label: 'Not at all: the key has leaked' },
]

/** The keys whose public half everybody may read, and how they are replaced. */
export function SigningKeys() {
  const { may } = useMe()
  const [isRotating, setRotating] = useState(false)
  const query = useQuery({ queryKey: ['signing-keys'], queryFn: ({ signal }) => api.get('/signing-keys', { signal }) })
  return (
    <Section
      title="Signing keys"
      aside={
        may('POST /signing-keys/rotate') &&
        (query.data?.length ?? 0) > 0 && (
          <Button icon="refresh" onClick={() => setRotating(true)}>
            Replace the key …
          </Button>
        )
      }
    >
      <Loaded query={query} what="the signing keys" lines={2}>
        {(keys) =>
          keys.length === 0 ? (
            <p className="text-sm text-soft">There is none yet. The first app client makes one.</p>
          ) : (
            <>
              <p className="mb-2 max-w-[80ch] text-sm text-soft">
                Tokens carry the id of the key that signed them, and everybody can fetch the public half. A new key is published before it
                signs, so that caches have it by then.
              </p>
              <Table label="Signing keys" rows={keys} rowId={({ keyId }) => keyId} columns={columns} />
            </>
          )
        }
      </Loaded>
      {isRotating && <Rotate onClose={() => setRotating(false)} />}
    </Section>
  )
}

const columns: Column<SigningKey>[] = [
  { id: 'id', title: 'Key', cell: ({ keyId }) => <CopyId id={keyId} label="the id of the key" /> },
  { id: 'made', title: 'Made', width: '10rem', isWideOnly: true, cell: ({ createdAt }) => <Time at={createdAt} look="relative" /> },
  {
    id: 'signs',
    title: 'Signs',
    width: '14rem',
    narrowWidth: '7rem',
    cell: ({ signsFrom }) =>
      Date.parse(signsFrom) <= Date.now() ? (
        <>
          since <Time at={signsFrom} look="relative" />
        </>
      ) : (
        <span className="text-soft">
          begins <Time at={signsFrom} look="relative" />
        </span>
      ),
  },
  {
    id: 'ends',
    title: 'Refused from',
    width: '10rem',
    narrowWidth: '6rem',
    cell: ({ expiresAt }) => (expiresAt === undefined ? 'no end is set' : <Time at={expiresAt} look="relative" />),
  },
]

function Rotate({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient()
  const [overlap, setOverlap] = useState('1440')
  const rotate = useMutation({
    mutationFn: () => api.post('/signing-keys/rotate', { body: { overlapMinutes: Number(overlap) } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['signing-keys'] })
      announce('The key is replaced.')
      onClose()
    },
  })
  return (
    <FormDialog
      onClose={onClose}
      title="Replace the signing key"
      verb="Replace it"
      look={overlap === '0' ? 'danger' : 'primary'}
      isBusy={rotate.isPending}
      onSubmit={() => rotate.mutate()}
      error={rotate.error}
      failure="The key was not replaced"
    >
      <Select label="The old key is accepted for" value={overlap} onValue={setOverlap} options={overlaps} />
      <p className="text-sm">
        {overlap === '0'
          ? 'Every token that the old keys signed is refused at once. Sessions go on: their next refresh brings a token of the new key. Whoever verifies tokens alone refuses the old ones when they read the keys again.'
          : 'The new key is published at once and signs after two hours, so that caches know it. No token that is good now is refused before it expires, as long as access tokens live shorter than the overlap.'}
      </p>
    </FormDialog>
  )
}
