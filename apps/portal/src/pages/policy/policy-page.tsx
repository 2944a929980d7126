import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import { api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { Empty } from '../../parts/empty.tsx'
import { Page } from '../../parts/page.tsx'
import { Problem } from '../../parts/problem.tsx'
import { MovedBase } from '../../policy-draft/moved-base.tsx'
import { PolicyGate } from '../../policy-draft/policy-gate.tsx'
import { useDryRun } from '../../policy-draft/use-dry-run.ts'
import { usePolicyDraft } from '../../policy-draft/use-policy-draft.ts'
import { ActionInputs } from './action-inputs.tsx'
import { AddRule } from './add-rule.tsx'
import { describePolicy } from './describe-policy.ts'
import { DraftBar } from './draft-bar.tsx'
import { OpenProposals } from './open-proposals.tsx'
import { PolicyActions } from './policy-actions.tsx'
import { RecentChange } from './recent-change.tsx'
import { RuleList } from './rule-list.tsx'

/** The policy of one action: its rules in order, and what holds when none matches. */
export default function PolicyPage({ params: { actionCode = '' } }: { params: Record<string, string> }) {
  return (
    <PolicyGate actionCode={actionCode}>
      <Policy actionCode={actionCode} />
    </PolicyGate>
  )
}

function Policy({ actionCode }: { actionCode: string }) {
  const { may } = useMe()
  const state = usePolicyDraft(actionCode)
  const { base, draft, inForce, isChanged, isMoved } = state
  const mayEdit = may('PUT /action-configurations/{actionCode}/policy')
  const action = useQuery({
    queryKey: ['actions', actionCode],
    queryFn: ({ signal }) => api.get('/action-configurations/{actionCode}', { path: { actionCode }, signal }),
  })
  const dataPoints = useActionData()
  const statistics = useQuery({
    queryKey: ['policies', actionCode, 'statistics', inForce.policyVersion],
    queryFn: ({ signal }) => api.get('/action-configurations/{actionCode}/rule-statistics', { path: { actionCode }, signal }),
  })
  const dryRun = useDryRun(actionCode, draft, inForce.policyVersion, !isMoved)
  const decided = statistics.data?.rules.reduce((sum, rule) => sum + rule.decided, 0) ?? 0
  return (
    <Page
      title={actionCode}
      sentence={describePolicy(base.policy, statistics.data?.events.count, decided)}
      above={
        <Link href="/actions" className="text-soft hover:underline">
          Actions
        </Link>
      }
      actions={<PolicyActions action={action.data} dataPoints={dataPoints} />}
    >
      <MovedBase actionCode={actionCode} state={state} />
      {!isMoved && <DraftBar actionCode={actionCode} state={state} count={isChanged ? dryRun.data?.changes.length : undefined} />}
      <OpenProposals actionCode={actionCode} />
      <RecentChange actionCode={actionCode} version={inForce.policyVersion} />
      {dryRun.isError && (
        <div className="mb-3">
          <Problem what={isChanged ? 'Your changes cannot be saved as they are' : 'The policy could not be checked'} error={dryRun.error} />
        </div>
      )}
      {statistics.isError && (
        <div className="mb-3">
          <Problem what="The figures could not be read" error={statistics.error} onRetry={() => void statistics.refetch()} />
        </div>
      )}
      {draft.rules.length === 0 && base.policy.rules.length === 0 && (
        <div className="mb-4">
          <Empty title="This action has no rule yet.">
            {mayEdit
              ? 'Every event gets the outcome below. The next step is the first rule: take one of the templates, or write your own.'
              : 'Every event gets the outcome below.'}
          </Empty>
        </div>
      )}
      <RuleList
        actionCode={actionCode}
        state={state}
        mayEdit={mayEdit}
        needsApproval={action.data?.requireApproval === true}
        statistics={statistics.data}
        warnings={warningsOf()}
      />
      {mayEdit && <AddRule actionCode={actionCode} state={state} />}
      <ActionInputs state={state} dataPoints={dataPoints} mayEdit={mayEdit} />
    </Page>
  )

  /** Of the checks; who may not save still sees what the traffic says. */
  function warningsOf() {
    const covered = (statistics.data?.rules ?? []).flatMap(({ ruleId, coveredBy }) => {
      const by = statistics.data?.rules.find((rule) => rule.ruleId === coveredBy)?.name
      return by === undefined
        ? []
        : [{ ruleId, message: `*${by}*, which comes before it, matched in every event in which this rule did. It decided nothing.` }]
    })
    return [...(isMoved ? [] : (dryRun.data?.warnings ?? [])), ...covered]
  }
}

/** The data points of actions, by name. */
function useActionData(): readonly string[] {
  const { data = [] } = useQuery({
    queryKey: ['data-points'],
    queryFn: ({ signal }) => api.get('/custom-data-points', { signal }),
    staleTime: 60_000,
  })
  return data.filter(({ modelType }) => modelType === 'action').map(({ name }) => name)
}
