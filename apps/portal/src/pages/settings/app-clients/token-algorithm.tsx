import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useMe } from '../../../api/me.ts'
import { Loaded } from '../../../parts/loaded.tsx'
import { Problem } from '../../../parts/problem.tsx'
import { Section } from '../../../parts/section.tsx'
import { Select } from '../../../parts/select.tsx'
import { announce } from '../../../parts/toast.ts'
import { useChangeTenant, useTenant } from '../use-tenant.ts'

const algorithms = [
  { value: 'HS256', label: 'HS256: with the secret key. Your servers verify them' },
  { value: 'RS256', label: 'RS256: with the signing key. Whoever has the public half verifies them' },
] as const
type Algorithm = (typeof algorithms)[number]['value']

/** How the tokens of actions are signed. Tokens of before are accepted until they expire, so it takes effect at once. */
export function TokenAlgorithm() {
  const { may } = useMe()
  const query = useTenant()
  const client = useQueryClient()
  const changeTenant = useChangeTenant()
  const put = async (tokenAlgorithm: Algorithm) => {
    await changeTenant({ tokenAlgorithm })
    await client.invalidateQueries({ queryKey: ['signing-keys'] })
  }
  const change = useMutation({
    mutationFn: ({ to }: { to: Algorithm; from: Algorithm }) => put(to),
    onSuccess: (_, { to, from }) => announce(`The tokens of actions are signed with ${to}.`, () => put(from)),
  })
  return (
    <Section title="Tokens of actions">
      <Loaded query={query} what="the algorithm" lines={2}>
        {(tenant) => (
          <Select
            label="They are signed by"
            className="max-w-xl"
            value={tenant.tokenAlgorithm ?? 'HS256'}
            disabled={!may('PATCH /tenant') || change.isPending}
            onValue={(to) => change.mutate({ to, from: tenant.tokenAlgorithm ?? 'HS256' })}
            options={algorithms}
            hint="The tokens that a track and a passed challenge answer. Those of before a change are accepted until they expire. Access tokens of sessions are always signed with RS256."
          />
        )}
      </Loaded>
      {change.isError && <Problem what="Nothing was changed" error={change.error} />}
    </Section>
  )
}
