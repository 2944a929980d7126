import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from 'wouter'
import { type Answer, api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { Button } from '../../parts/button.tsx'
import { FilterField } from '../../parts/filter-field.tsx'
import { Problem } from '../../parts/problem.tsx'
import { Sentence } from '../../parts/sentence.tsx'
import { announce } from '../../parts/toast.ts'
import { UserText } from '../../parts/user-text.tsx'

type Passkeys = Answer<'get', '/authenticator-configurations'>[number]

/** Where the application's pages are, and whether passkeys work there. */
export function OriginStep({
  origin,
  onOrigin,
  passkeys,
}: {
  origin: string
  onOrigin: (origin: string) => void
  passkeys: Passkeys | undefined
}) {
  const { may } = useMe()
  const client = useQueryClient()
  const relyingParty = passkeys?.relyingParty ?? ''
  const isAllowed = passkeys?.expectedOrigins?.includes(origin) ?? false
  const check = useQuery({
    queryKey: ['relying-party', { relyingParty, expectedOrigins: [origin] }],
    queryFn: ({ signal }) => api.post('/relying-party/check', { body: { relyingParty, expectedOrigins: [origin] }, signal }),
    enabled: relyingParty !== '' && origin !== '' && !isAllowed,
  })
  const problem = check.data?.relyingParty.problem ?? check.data?.expectedOrigins[0]?.problem
  const add = useMutation({
    mutationFn: () =>
      api.patch('/authenticator-configurations/{authenticatorId}', {
        path: { authenticatorId: passkeys?.authenticatorId ?? '' },
        body: { expectedOrigins: [...(passkeys?.expectedOrigins ?? []), origin] },
      }),
    onSuccess: () => {
      announce(`Passkeys work at ${origin}.`)
      return client.invalidateQueries({ queryKey: ['authenticator-configurations'] })
    },
  })
  return (
    <>
      <p>
        Browsers give passkeys only to pages that are named here. They belong to the domain{' '}
        <UserText className="font-mono text-xs">{relyingParty}</UserText>.
      </p>
      <div className="max-w-md">
        <FilterField label="Where your application runs" value={origin} onValue={onOrigin} placeholder="http://localhost:3001" />
      </div>
      {isAllowed && (
        <p className="text-sm text-allow">
          Pages at <UserText className="font-mono text-xs">{origin}</UserText> may ask for passkeys.
        </p>
      )}
      {!isAllowed && problem !== undefined && (
        <p className="text-sm" role="alert">
          <UserText className="font-mono text-xs">{origin}</UserText> <Sentence>{`${problem}${problem.endsWith('?') ? '' : '.'}`}</Sentence>{' '}
          <Link href="/settings/tenant" className="text-accent underline">
            Change where passkeys work
          </Link>
        </p>
      )}
      {!isAllowed &&
        check.data !== undefined &&
        problem === undefined &&
        (may('PATCH /authenticator-configurations/{authenticatorId}') ? (
          <Button look="primary" isBusy={add.isPending} onClick={() => add.mutate()}>
            Let its pages ask for passkeys
          </Button>
        ) : (
          <p className="text-sm">It is not among the origins yet. An owner or an admin adds it under Settings.</p>
        ))}
      {add.isError && <Problem what="It was not added" error={add.error} />}
    </>
  )
}
