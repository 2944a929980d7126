import { useQuery } from '@tanstack/react-query'
import { api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { Loaded } from '../../parts/loaded.tsx'
import { Section } from '../../parts/section.tsx'
import type { ActionRules } from './find-snoozes.ts'
import { Snoozes } from './snoozes.tsx'
import { TryAddress } from './try-address.tsx'
import type { Profile, UserEvent } from './unlike-usual.ts'

interface Props {
  userId: string
  addresses: Profile['addresses']
  latest: UserEvent | undefined
}

/** Which rules are silenced for a user, and which would apply from an address now. */
export function UserRules({ userId, addresses, latest }: Props) {
  const { may } = useMe()
  const query = useQuery({ queryKey: ['actions', 'with rules'], queryFn: ({ signal }) => readRules(signal) })
  return (
    <Loaded query={query} what="the rules">
      {(actions) => (
        <div className="[&>section:first-child]:mt-0 [&>section:first-child]:border-t-0 [&>section:first-child]:pt-0">
          <Section title="Snoozed for this user">
            <Snoozes userId={userId} actions={actions} />
          </Section>
          {may('POST /action-configurations/{actionCode}/evaluate') && actions.length > 0 && (
            <Section title="Which rules apply to this user from an address now?">
              <TryAddress userId={userId} actions={actions} addresses={addresses} latest={latest} />
            </Section>
          )}
        </div>
      )}
    </Loaded>
  )
}

async function readRules(signal: AbortSignal): Promise<ActionRules[]> {
  const actions = await api.get('/action-configurations', { signal })
  return Promise.all(
    actions.map(async (action) => ({
      action,
      rules: await api.get('/action-configurations/{actionCode}/rules', { path: { actionCode: action.actionCode }, signal }),
    })),
  )
}
