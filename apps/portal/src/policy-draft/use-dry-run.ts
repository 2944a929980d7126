import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { api } from '../api/api.ts'
import { useMe } from '../api/me.ts'
import type { PolicyDraft } from './policy-draft.ts'

/**
 * What a save of the draft would change, which saved tests would fail, and what looks wrong: the save itself, undone. Nothing for a role that may not save.
 */
export function useDryRun(actionCode: string, draft: PolicyDraft, version: number, isWanted = true) {
  const { may } = useMe()
  return useQuery({
    queryKey: ['policies', actionCode, 'dry-run', version, draft],
    queryFn: async ({ signal }) => {
      const reply = await api.put('/action-configurations/{actionCode}/policy', {
        path: { actionCode },
        query: { dryRun: 'true' },
        body: { ...draft, expectedPolicyVersion: version },
        signal,
      })
      // A dry run never becomes a proposal.
      if ('proposalId' in reply) throw new Error('a dry run was proposed')
      return reply
    },
    enabled: isWanted && may('PUT /action-configurations/{actionCode}/policy'),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    retry: false,
  })
}
