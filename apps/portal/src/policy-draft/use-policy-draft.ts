import { queryOptions, useSuspenseQuery } from '@tanstack/react-query'
import { useCallback, useSyncExternalStore } from 'react'
import type { components } from '../../generated/api-types.ts'
import { api } from '../api/api.ts'
import { useMe } from '../api/me.ts'
import { givePriorities } from './give-priorities.ts'
import { isEqual } from './is-equal.ts'
import { draftKey, keepDraft, keptDraft, onDrafts } from './kept-drafts.ts'
import { draftOf, type PolicyDraft, tidyDraft } from './policy-draft.ts'

export interface PolicyDraftState {
  /** The policy that the draft was made from; its version goes along with the save. */
  base: { version: number; policy: PolicyDraft }
  /** The policy as it will be. The same as in the base until something is changed. */
  draft: PolicyDraft
  isChanged: boolean
  /** Changes the draft. The order of its rules makes their priorities. */
  change(next: (draft: PolicyDraft) => PolicyDraft): void
  discard(): void
  /** The policy as the server has it now, with snoozes, settings and tests. */
  inForce: components['schemas']['Policy']
  /** Somebody has saved another version since: `MovedBase` shows it. */
  isMoved: boolean
  /** Lets the draft begin at the version that is in force. */
  rebase(draft: PolicyDraft): void
}

export const policyKey = (actionCode: string) => ['policies', actionCode] as const

/** The policy as the server has it. */
export function policyQuery(actionCode: string) {
  return queryOptions({
    queryKey: policyKey(actionCode),
    queryFn: ({ signal }) => api.get('/action-configurations/{actionCode}/policy', { path: { actionCode }, signal }),
    // Somebody else may save meanwhile.
    refetchInterval: 20_000,
    refetchOnWindowFocus: true,
  })
}

/** The draft of a policy: one for each tenant, admin and action, kept in the browser until it is saved or discarded. Suspends until the policy is there. */
export function usePolicyDraft(actionCode: string): PolicyDraftState {
  const { who } = useMe()
  const { data: inForce } = useSuspenseQuery(policyQuery(actionCode))
  const key = draftKey(who, actionCode)
  const kept = useSyncExternalStore(onDrafts, () => keptDraft(key))
  const current = currentOf(inForce)
  // A version that decides alike, such as a snooze, is no other base; nor is one that is what the draft wants.
  const isMoved =
    kept !== undefined &&
    kept.base.version < current.version &&
    !isEqual(kept.base.policy, current.policy) &&
    !isEqual(kept.draft, current.policy)
  const base = kept !== undefined && isMoved ? kept.base : current
  const draft = kept?.draft ?? current.policy

  const keep = useCallback(
    (from: PolicyDraftState['base'], next: PolicyDraft) => {
      const tidy = tidyDraft({ ...next, rules: givePriorities(next.rules, from.policy.rules) })
      keepDraft(key, isEqual(tidy, from.policy) ? undefined : { base: from, draft: tidy })
    },
    [key],
  )
  return {
    base,
    draft,
    isChanged: kept !== undefined && !isEqual(draft, base.policy),
    // Two changes in one event add up.
    change: (next) => keep(base, next(keptDraft(key)?.draft ?? current.policy)),
    discard: () => keepDraft(key, undefined),
    inForce,
    isMoved,
    rebase: (next) => keep(current, next),
  }
}

const currents = new WeakMap<components['schemas']['Policy'], PolicyDraftState['base']>()

/** The same object for the same answer, so that what is made from it can be remembered. */
function currentOf(inForce: components['schemas']['Policy']): PolicyDraftState['base'] {
  const known = currents.get(inForce)
  if (known !== undefined) return known
  const current = { version: inForce.policyVersion, policy: draftOf(inForce.policy) }
  currents.set(inForce, current)
  return current
}
