import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { ApiFault } from '../api/api-fault.ts'
import { LinkButton } from '../parts/button.tsx'
import { Empty } from '../parts/empty.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { Page } from '../parts/page.tsx'
import { policyQuery } from './use-policy-draft.ts'

/** Lets a page begin when the policy is there, so that `usePolicyDraft` has it. An action that does not exist is said to not exist. */
export function PolicyGate({ actionCode, children }: { actionCode: string; children: ReactNode }) {
  const query = useQuery(policyQuery(actionCode))
  if (query.data !== undefined) return children
  if (query.error instanceof ApiFault && query.error.code === 'not_found') {
    return (
      <Page title="There is no such action">
        <Empty title={`No action is called ${actionCode}.`} action={<LinkButton href="/actions">To the actions</LinkButton>}>
          It may have been deleted, or a letter of the address is missing.
        </Empty>
      </Page>
    )
  }
  return (
    <Page title={actionCode}>
      <Loaded query={query} what="the policy">
        {() => null}
      </Loaded>
    </Page>
  )
}
