import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { Button } from '../../parts/button.tsx'
import { Empty } from '../../parts/empty.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { Problem } from '../../parts/problem.tsx'
import { Lead } from './lead.tsx'
import { PasskeyMethod } from './passkey-method.tsx'
import { useConfigurations } from './use-configurations.ts'

/** The verification methods: which there are, and how each is asked for. */
export function MethodsTab() {
  const query = useConfigurations()
  return (
    <Loaded query={query} what="the methods">
      {(configurations) => (
        <>
          <Lead>{sentenceOf(configurations.map(({ isActive }) => isActive))}</Lead>
          {configurations.length === 0 && <SetUp />}
          {configurations.map((one) => (
            <PasskeyMethod key={JSON.stringify(one)} configuration={one} />
          ))}
        </>
      )}
    </Loaded>
  )
}

function sentenceOf(active: readonly boolean[]): string {
  if (active.length === 0) return 'No method is set up: a challenge cannot be passed by anybody.'
  if (!active.includes(true)) return 'Passkeys are turned off: a challenge cannot be passed by anybody, and nobody can add one.'
  return 'A challenge is passed with a passkey. It cannot be phished, and it is the method of this release.'
}

/** Passkeys for the place where this portal is; where else is said under Tenant. */
function SetUp() {
  const { may } = useMe()
  const client = useQueryClient()
  const { hostname, origin } = window.location
  const create = useMutation({
    mutationFn: () =>
      api.post('/authenticator-configurations/passkey', {
        body: { relyingParty: hostname, expectedOrigins: [origin], userVerificationRequirement: 'required' },
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['authenticator-configurations'] }),
  })
  return (
    <>
      <Empty
        title="Set up passkeys, so that challenges can be passed."
        action={
          may('POST /authenticator-configurations/passkey') && (
            <Button look="primary" isBusy={create.isPending} onClick={() => create.mutate()}>
              Set up passkeys for {hostname}
            </Button>
          )
        }
      >
        Where else they work is said under Tenant.
      </Empty>
      {create.isError && <Problem what="Passkeys were not set up" error={create.error} />}
    </>
  )
}
