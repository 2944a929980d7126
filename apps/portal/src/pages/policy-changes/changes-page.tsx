import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import { api } from '../../api/api.ts'
import { ApiFault } from '../../api/api-fault.ts'
import { useMe } from '../../api/me.ts'
import { Button, LinkButton } from '../../parts/button.tsx'
import { Checkbox } from '../../parts/checkbox.tsx'
import { Empty } from '../../parts/empty.tsx'
import { Page } from '../../parts/page.tsx'
import { Problem } from '../../parts/problem.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { announce } from '../../parts/toast.ts'
import { MovedBase } from '../../policy-draft/moved-base.tsx'
import type { PolicyDraft } from '../../policy-draft/policy-draft.ts'
import { PolicyGate } from '../../policy-draft/policy-gate.tsx'
import { useDryRun } from '../../policy-draft/use-dry-run.ts'
import { type PolicyDraftState, policyKey, usePolicyDraft } from '../../policy-draft/use-policy-draft.ts'
import { oneOf, text } from '../../url/codec.ts'
import { useParam } from '../../url/use-param.ts'
import { BacktestRunner, spans } from './backtest-runner.tsx'
import { describeBacktest } from './describe-backtest.ts'
import { Difference } from './difference.tsx'
import { applyGoLive, type GoLive, newRuleIds, usualGoLive } from './go-live.ts'
import { GoLiveForm } from './go-live-form.tsx'
import { SavedTests, summarizeTests } from './saved-tests.tsx'
import { Step, type StepState } from './step.tsx'
import { type BacktestDraft, type BacktestState, useBacktest } from './use-backtest.ts'
import { summarizeWarnings, WarningsList } from './warnings-list.tsx'

/** What the changes of a policy do, step by step; the only place where they are saved. */
export default function ChangesPage({ params: { actionCode = '' } }: { params: Record<string, string> }) {
  return (
    <PolicyGate actionCode={actionCode}>
      <Changes actionCode={actionCode} />
    </PolicyGate>
  )
}

function Changes({ actionCode }: { actionCode: string }) {
  const state = usePolicyDraft(actionCode)
  const { may } = useMe()
  const home = `/actions/${encodeURIComponent(actionCode)}`
  const mayEdit = may('PUT /action-configurations/{actionCode}/policy')
  return (
    <Page
      title="Review changes"
      sentence="What your changes do, before anybody feels them. Nothing is live until you say so at the end."
      above={
        <Link href={home} className="text-soft hover:underline">
          {actionCode}
        </Link>
      }
    >
      <MovedBase actionCode={actionCode} state={state} />
      {state.isMoved ? (
        <p className="text-soft">Bring both changes together first; the steps to go live follow.</p>
      ) : state.isChanged && mayEdit ? (
        <Steps actionCode={actionCode} state={state} home={home} />
      ) : (
        <Empty title="There is nothing to review." action={<LinkButton href={home}>To the rules</LinkButton>}>
          {mayEdit
            ? 'Your draft and the policy that is live are the same. Change a rule, and what it does will stand here.'
            : 'Whoever may change rules reviews the changes here.'}
        </Empty>
      )}
    </Page>
  )
}

const daysCodec = oneOf(spans, '30')
const messageCodec = text()
const verbs: Record<GoLive, string> = {
  drafted: 'Go live',
  active: 'Go live',
  percent: 'Go live for some',
  shadow: 'Go live in shadow',
  off: 'Save, turned off',
}

function Steps({ actionCode, state, home }: { actionCode: string; state: PolicyDraftState; home: string }) {
  const { base, draft } = state
  const newIds = newRuleIds(base.policy, draft)
  const usual = usualGoLive(draft, newIds)
  const [how, setHow] = useState<GoLive>(usual)
  const [percent, setPercent] = useState(10)
  const [days, setDays] = useParam('days', daysCodec)
  const wanted = applyGoLive(draft, newIds, how, percent)
  const dryRun = useDryRun(actionCode, wanted, base.version)
  const isWrong = dryRun.isError
  // Measured as if the new rules were active for everybody, so that choosing how they begin does not begin the measuring again.
  const backtest = useBacktest(
    actionCode,
    backtestDraft(how === 'drafted' ? draft : applyGoLive(draft, newIds, 'active', 100)),
    Number(days),
    !isWrong,
  )
  const { changes = [], tests = [], warnings = [] } = dryRun.data ?? {}
  const failing = tests.filter(({ passed }) => !passed).length
  const isChecked = dryRun.data !== undefined && !dryRun.isPlaceholderData
  return (
    <div>
      <Step
        number={1}
        title="What changes"
        state={isWrong ? 'fails' : isChecked ? 'holds' : 'running'}
        summary={isWrong ? 'It cannot be saved as it is.' : changes.length === 1 ? 'One change.' : `${changes.length} changes.`}
        isOpen
      >
        {isWrong ? <Problem what="The changes cannot be saved as they are" error={dryRun.error} /> : <Difference changes={changes} />}
      </Step>
      <Step
        number={2}
        title="Saved tests"
        state={stateOf(isChecked, failing > 0 ? 'fails' : tests.length === 0 ? 'none' : 'holds')}
        summary={isWrong ? 'They run when the changes can be saved.' : summarizeTests(tests)}
        isOpen={failing > 0}
      >
        {tests.length > 0 ? <SavedTests tests={tests} /> : undefined}
      </Step>
      <Step
        number={3}
        title="The past"
        state={stateOfBacktest(backtest.state)}
        summary={backtest.state.kind === 'done' ? describeBacktest(backtest.state.result)[0] : `The last ${days} days, decided again.`}
        isOpen={!isWrong}
      >
        <BacktestRunner backtest={backtest} days={days} onDays={setDays}>
          {newIds.length > 0 && how !== 'active' && how !== 'drafted' && (
            <p className="text-sm text-soft">Measured as if the new rules were active for everybody.</p>
          )}
        </BacktestRunner>
      </Step>
      <Step
        number={4}
        title="The future"
        state={stateOf(isChecked, warnings.length > 0 ? 'look' : 'holds')}
        summary={isWrong ? 'It is checked when the changes can be saved.' : summarizeWarnings(warnings.length)}
        isOpen={warnings.length > 0}
      >
        {warnings.length > 0 ? (
          <WarningsList warnings={warnings} nameOf={(id) => draft.rules.find(({ ruleId }) => ruleId === id)?.name} />
        ) : undefined}
      </Step>
      <Step number={5} title="How to go live" state="todo" summary="Nothing is live before this." isOpen>
        <div className="space-y-4">
          {newIds.length > 0 ? (
            <GoLiveForm
              count={newIds.length}
              how={how}
              onHow={setHow}
              percent={percent}
              onPercent={setPercent}
              isDraftedOffered={usual === 'drafted'}
            />
          ) : (
            <p className="max-w-[80ch] text-sm text-soft">
              Rules that are live already change for everybody at once. To try something beside them, duplicate a rule: the copy begins in
              shadow.
            </p>
          )}
          <Save
            actionCode={actionCode}
            state={state}
            wanted={wanted}
            failing={failing}
            isReady={isChecked && !isWrong && (how !== 'percent' || percent > 0)}
            verb={newIds.length > 0 ? verbs[how] : 'Go live'}
            home={home}
          />
        </div>
      </Step>
    </div>
  )
}

function stateOf(isChecked: boolean, state: StepState): StepState {
  return isChecked ? state : 'running'
}

function stateOfBacktest(state: BacktestState): StepState {
  if (state.kind === 'done') return state.result.instances === 0 ? 'none' : 'holds'
  return state.kind === 'failed' ? 'fails' : state.kind === 'idle' ? 'todo' : 'running'
}

/** What the backtest takes: inputs that an event must bring are no part of it. */
function backtestDraft({ requires: _, whenMissing: _1, ...draft }: PolicyDraft): BacktestDraft {
  return draft
}

function Save(props: {
  actionCode: string
  state: PolicyDraftState
  wanted: PolicyDraft
  failing: number
  isReady: boolean
  /** What the button says, where no second person is needed. */
  verb: string
  home: string
}) {
  const { actionCode, state, wanted, failing, isReady, verb, home } = props
  const [given] = useParam('message', messageCodec)
  const [message, setMessage] = useState(given)
  const [isForced, setForced] = useState(false)
  const client = useQueryClient()
  const [, navigate] = useLocation()
  const path = { actionCode }
  const { data: action } = useQuery({
    queryKey: ['actions', actionCode],
    queryFn: ({ signal }) => api.get('/action-configurations/{actionCode}', { path, signal }),
  })
  const needsTwo = action?.requireApproval === true
  const before = state.base.version
  const save = useMutation({
    mutationFn: () =>
      api.put('/action-configurations/{actionCode}/policy', {
        path,
        query: { propose: 'true', ...(isForced ? { ignoreFailingTests: 'true' as const } : {}) },
        body: { ...wanted, expectedPolicyVersion: before, ...(message.trim() === '' ? {} : { message: message.trim() }) },
      }),
    onSuccess: async (reply) => {
      if ('proposalId' in reply) {
        state.discard()
        await client.invalidateQueries({ queryKey: ['proposals'] })
        navigate(`${home}/proposals/${encodeURIComponent(reply.proposalId)}`)
        announce('Your changes are proposed. They are live when somebody else has approved them.')
        return
      }
      // In this order the page shows neither the old policy without the draft, nor the new one as somebody else's.
      state.change(() => wanted)
      await client.invalidateQueries({ queryKey: policyKey(actionCode) })
      state.discard()
      navigate(home)
      announce(`Version ${reply.policyVersion} is live.`, () => undo(reply.policyVersion))
    },
    onError: (error) => {
      // Somebody was faster: the page reads what they saved, and shows both.
      if (error instanceof ApiFault && error.code === 'version_conflict') void client.invalidateQueries({ queryKey: policyKey(actionCode) })
    },
  })
  const undo = async (version: number) => {
    await api.post('/action-configurations/{actionCode}/policy-versions/{version}/restore', {
      path: { actionCode, version: before },
      query: { expectedPolicyVersion: version },
    })
    await client.invalidateQueries({ queryKey: policyKey(actionCode) })
  }
  return (
    <form
      className="max-w-[40rem] space-y-3"
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady) save.mutate()
      }}
    >
      <TextField label="Why" value={message} onValue={setMessage} maxLength={1024} hint="Kept with the version, for whoever asks later." />
      {failing > 0 && (
        <Checkbox
          label={`Save it although ${failing} saved ${failing === 1 ? 'test fails' : 'tests fail'}`}
          checked={isForced}
          onChecked={setForced}
        />
      )}
      {needsTwo && (
        <p className="text-sm text-soft">This action needs a second person: your changes become a proposal, and nothing is live yet.</p>
      )}
      {save.isError && <Problem what="Nothing was saved, and your changes are still here" error={save.error} />}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="primary" disabled={!isReady || (failing > 0 && !isForced)} isBusy={save.isPending}>
          {needsTwo ? 'Propose' : verb}
        </Button>
        <LinkButton look="quiet" href={home}>
          Back to the rules
        </LinkButton>
      </div>
    </form>
  )
}
