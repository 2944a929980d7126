import { Link } from 'wouter'
import { useMe } from '../../api/me.ts'
import { LinkButton } from '../../parts/button.tsx'
import { Empty } from '../../parts/empty.tsx'
import { Page } from '../../parts/page.tsx'
import { Problem } from '../../parts/problem.tsx'
import { MovedBase } from '../../policy-draft/moved-base.tsx'
import type { PolicyDraft } from '../../policy-draft/policy-draft.ts'
import { PolicyGate } from '../../policy-draft/policy-gate.tsx'
import { useDryRun } from '../../policy-draft/use-dry-run.ts'
import { type PolicyDraftState, usePolicyDraft } from '../../policy-draft/use-policy-draft.ts'
import { oneOf } from '../../url/codec.ts'
import { useParam } from '../../url/use-param.ts'
import { BacktestRunner, spans } from './backtest-runner.tsx'
import { describeBacktest } from './describe-backtest.ts'
import { Difference } from './difference.tsx'
import { changesShared } from './go-live.ts'
import { ChangedRulesForm, NewRulesForm } from './go-live-form.tsx'
import { SaveChanges } from './save-changes.tsx'
import { SavedTests, summarizeTests } from './saved-tests.tsx'
import { Step, type StepState } from './step.tsx'
import { type BacktestDraft, type BacktestState, useBacktest } from './use-backtest.ts'
import { useGoLive } from './use-go-live.ts'
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

function Steps({ actionCode, state, home }: { actionCode: string; state: PolicyDraftState; home: string }) {
  const { base, draft } = state
  const goLive = useGoLive(base.policy, draft)
  const { newIds, changedIds, wanted } = goLive
  const [days, setDays] = useParam('days', daysCodec)
  const dryRun = useDryRun(actionCode, wanted, base.version)
  const isWrong = dryRun.isError
  // Measured as if every change were active for everybody, so that choosing how they begin does not begin the measuring again.
  const backtest = useBacktest(actionCode, backtestDraft(goLive.whole), Number(days), !isWrong)
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
          {!goLive.isWhole && <p className="text-sm text-soft">Measured as if every change were active for everybody.</p>}
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
          {newIds.length > 0 && (
            <NewRulesForm
              count={newIds.length}
              choice={goLive.ofNew}
              onChoice={goLive.setOfNew}
              isDraftedOffered={goLive.isDraftedOffered}
            />
          )}
          {changedIds.length > 0 && <ChangedRulesForm count={changedIds.length} choice={goLive.ofChanged} onChoice={goLive.setOfChanged} />}
          {changesShared(base.policy, draft) && (
            <p className="max-w-[80ch] text-sm text-soft">
              Rules that are removed, their order, and what holds when no rule matches change for everybody at once: a policy has only one
              of each.
            </p>
          )}
          <SaveChanges
            actionCode={actionCode}
            state={state}
            wanted={wanted}
            failing={failing}
            isReady={isChecked && !isWrong && goLive.isComplete}
            verb={goLive.verb}
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
