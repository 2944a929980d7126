import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import type { components } from '../../../generated/api-types.ts'
import { api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { Button } from '../../parts/button.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { Page } from '../../parts/page.tsx'
import { Problem } from '../../parts/problem.tsx'
import { Section } from '../../parts/section.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { Time } from '../../parts/time.tsx'
import { announce } from '../../parts/toast.ts'
import { UserText } from '../../parts/user-text.tsx'
import { oneOf } from '../../url/codec.ts'
import { useParam } from '../../url/use-param.ts'
import { BacktestRunner, spans } from './backtest-runner.tsx'
import { BacktestView } from './backtest-view.tsx'
import { type Backtest, describeBacktest } from './describe-backtest.ts'
import { Difference } from './difference.tsx'
import { SavedTests, summarizeTests } from './saved-tests.tsx'
import { Step } from './step.tsx'
import { type BacktestDraft, useBacktest } from './use-backtest.ts'
import { summarizeWarnings, WarningsList } from './warnings-list.tsx'

type Proposal = components['schemas']['Proposal']
type ProposedAction = Proposal['actions'][number]

const states = {
  open: 'It waits for a second person.',
  approved: 'It was approved, and is live.',
  rejected: 'It was rejected. Nothing of it is live.',
  withdrawn: 'It was withdrawn. Nothing of it is live.',
  expired: 'Nobody answered in thirty days. Nothing of it is live.',
} as const

/** A change that waits for a second person: what its author saw, and the same backtest again for whoever approves. */
export default function ProposalPage({ params: { actionCode = '', proposalId = '' } }: { params: Record<string, string> }) {
  const query = useQuery({
    queryKey: ['proposals', proposalId],
    queryFn: ({ signal }) => api.get('/proposals/{proposalId}', { path: { proposalId }, signal }),
  })
  const { data } = query
  return (
    <Page
      title="Proposal"
      sentence={
        data && (
          <>
            <UserText>{data.actor.name ?? data.actor.kind}</UserText> proposed a change of {data.actionCodes.join(', ')}{' '}
            <Time at={data.createdAt} look="relative" />
            {data.message !== undefined && (
              <>
                : “<UserText>{data.message}</UserText>”
              </>
            )}
            . {states[data.state]}
          </>
        )
      }
      above={
        <Link href={`/actions/${encodeURIComponent(actionCode)}`} className="text-soft hover:underline">
          {actionCode}
        </Link>
      }
    >
      <Loaded query={query} what="the proposal">
        {(proposal) => (
          <>
            {proposal.changes.length > 0 && (
              <Section title="Lists, features and data points that come with it">
                <Difference changes={proposal.changes} />
              </Section>
            )}
            {proposal.actions.map((action) => (
              <OneAction key={action.actionCode} action={action} document={proposal.document} isOpen={proposal.state === 'open'} />
            ))}
            <Answer proposal={proposal} />
          </>
        )}
      </Loaded>
    </Page>
  )
}

const daysCodec = oneOf(spans, '30')

function OneAction({ action, document, isOpen }: { action: ProposedAction; document: Proposal['document']; isOpen: boolean }) {
  const { may } = useMe()
  const [days, setDays] = useParam('days', daysCodec)
  const [isWanted, setWanted] = useState(false)
  const { actionCode, changes, tests, warnings } = action
  const draft = draftOf(document, actionCode)
  const backtest = useBacktest(actionCode, draft ?? {}, Number(days), isWanted)
  const kept = action.backtest as Backtest | undefined
  const failing = tests.filter(({ passed }) => !passed).length
  const mayRun = isOpen && draft !== undefined && may('POST /action-configurations/{actionCode}/backtests')
  return (
    <div className="mt-2">
      <Step
        number={1}
        title={`What changes in ${actionCode}`}
        state="holds"
        summary={changes.length === 1 ? 'One change.' : `${changes.length} changes.`}
        isOpen
      >
        <Difference changes={changes} />
      </Step>
      <Step
        number={2}
        title="Saved tests"
        state={failing > 0 ? 'fails' : tests.length === 0 ? 'none' : 'holds'}
        summary={summarizeTests(tests)}
        isOpen={failing > 0}
      >
        {tests.length > 0 ? <SavedTests tests={tests} /> : undefined}
      </Step>
      <Step
        number={3}
        title="The past"
        state={kept === undefined ? 'none' : 'holds'}
        summary={kept === undefined ? 'Nothing was counted when it was proposed.' : describeBacktest(kept)[0]}
        isOpen
      >
        <div className="space-y-4">
          {!isWanted && kept !== undefined && (
            <>
              <p className="text-sm text-soft">As its author saw it: the thirty days before the proposal.</p>
              <BacktestView result={kept} />
            </>
          )}
          {mayRun && !isWanted && <Button onClick={() => setWanted(true)}>Run it now, with single events</Button>}
          {isWanted && <BacktestRunner backtest={backtest} days={days} onDays={setDays} />}
        </div>
      </Step>
      <Step
        number={4}
        title="The future"
        state={warnings.length > 0 ? 'look' : 'holds'}
        summary={summarizeWarnings(warnings.length)}
        isOpen={warnings.length > 0}
      >
        {warnings.length > 0 ? (
          <WarningsList warnings={warnings} nameOf={(id) => draft?.rules?.find(({ ruleId }) => ruleId === id)?.name} />
        ) : undefined}
      </Step>
    </div>
  )
}

/** The change of one action as a backtest takes it. */
function draftOf(document: Proposal['document'], actionCode: string): BacktestDraft | undefined {
  const actions = (document.actions ?? []) as ({ actionCode: string } & BacktestDraft)[]
  const found = actions.find((action) => action.actionCode === actionCode)
  if (found === undefined) return undefined
  const { defaultUserActionResult, whenUnenrolled, verificationMethods, rules } = found
  return JSON.parse(JSON.stringify({ defaultUserActionResult, whenUnenrolled, verificationMethods, rules })) as BacktestDraft
}

function Answer({ proposal }: { proposal: Proposal }) {
  const { proposalId, state, isYours: isOwn, isBaseMoved, broken, closedBy, closedAt, reason: given } = proposal
  const { may } = useMe()
  const client = useQueryClient()
  const [reason, setReason] = useState('')
  const [isForced, setForced] = useState(false)
  const path = { proposalId }
  const said = reason.trim() === '' ? {} : { reason: reason.trim() }
  const answer = useMutation({
    mutationFn: async (how: 'approve' | 'reject' | 'withdraw'): Promise<string> => {
      if (how === 'approve') {
        await api.post('/proposals/{proposalId}/approve', {
          path,
          query: isForced ? { ignoreFailingTests: 'true' } : {},
          body: said,
        })
        return 'The change is live.'
      }
      if (how === 'reject') {
        await api.post('/proposals/{proposalId}/reject', { path, body: { reason: reason.trim() } })
        return 'The proposal is rejected.'
      }
      await api.post('/proposals/{proposalId}/withdraw', { path, body: said })
      return 'The proposal is withdrawn.'
    },
    onSuccess: async (words) => {
      await Promise.all(['proposals', 'policies'].map((key) => client.invalidateQueries({ queryKey: [key] })))
      announce(words)
    },
    onError: () => client.invalidateQueries({ queryKey: ['proposals', proposalId] }),
  })
  if (state !== 'open') {
    return closedBy === undefined || closedAt === undefined ? null : (
      <p className="mt-4 text-sm">
        <UserText>{closedBy.name ?? closedBy.kind}</UserText> answered <Time at={closedAt} look="relative" />
        {given !== undefined && (
          <>
            : “<UserText>{given}</UserText>”
          </>
        )}
      </p>
    )
  }
  if (!may('POST /proposals/{proposalId}/approve')) return null
  return (
    <Section title={isOwn ? 'Your proposal' : 'Your answer'}>
      <div className="max-w-[40rem] space-y-3">
        {isOwn && <p className="text-sm text-soft">Somebody else has to approve it. You can take it back.</p>}
        {isBaseMoved && (
          <p className="text-sm text-block">
            Another version has gone live since. Nobody has seen what both together do, so this cannot be approved: propose it again.
          </p>
        )}
        <TextField
          label="Reason"
          value={reason}
          onValue={setReason}
          maxLength={1024}
          hint={isOwn ? 'If you like.' : 'Needed to reject; kept with the proposal.'}
        />
        {!isOwn && broken.length > 0 && (
          <label className="inline-flex min-h-6 items-center gap-2 text-sm">
            <input
              type="checkbox"
              checked={isForced}
              onChange={(event) => setForced(event.target.checked)}
              className="size-4 accent-accent"
            />
            Approve it although {broken.length === 1 ? 'a saved test fails' : `${broken.length} saved tests fail`}
          </label>
        )}
        {answer.isError && <Problem what="Your answer did not count" error={answer.error} />}
        <div className="flex flex-wrap gap-2">
          {isOwn ? (
            <Button isBusy={answer.isPending} onClick={() => answer.mutate('withdraw')}>
              Withdraw
            </Button>
          ) : (
            <>
              <Button
                look="primary"
                disabled={isBaseMoved || (broken.length > 0 && !isForced)}
                isBusy={answer.isPending}
                onClick={() => answer.mutate('approve')}
              >
                Approve and go live
              </Button>
              <Button look="danger" disabled={reason.trim() === ''} isBusy={answer.isPending} onClick={() => answer.mutate('reject')}>
                Reject
              </Button>
            </>
          )}
        </div>
      </div>
    </Section>
  )
}
