import type { JsonValue } from '@sallyport/engine/facts'
import { useMemo } from 'react'
import { Link, useLocation } from 'wouter'
import { useMe } from '../../api/me.ts'
import { useCommands } from '../../commands/use-commands.ts'
import { Button, IconButton, LinkButton } from '../../parts/button.tsx'
import { Page } from '../../parts/page.tsx'
import { Select } from '../../parts/select.tsx'
import { Sentence } from '../../parts/sentence.tsx'
import { TextField } from '../../parts/text-field.tsx'
import type { DraftRule } from '../../policy-draft/policy-draft.ts'
import type { PolicyDraftState } from '../../policy-draft/use-policy-draft.ts'
import { findNode } from '../../rule-tree/find-part.ts'
import { correct, findProblems, type RuleProblem } from '../../rule-tree/find-problems.ts'
import { pathKey } from '../../rule-tree/json-place.ts'
import { readTree } from '../../rule-tree/read-tree.ts'
import { oneOf } from '../../url/codec.ts'
import { useParam } from '../../url/use-param.ts'
import { Bench } from './bench.tsx'
import { amountOf } from './bench-events.ts'
import { Builder } from './builder.tsx'
import { JsonFace } from './json-face.tsx'
import { ProblemList } from './problem-list.tsx'
import { useRecent, type World } from './read-world.ts'
import { RuleSettings } from './rule-settings.tsx'
import { sayRule } from './say-rule.ts'
import { starts } from './start-from.ts'
import { StartFrom } from './start-from.tsx'
import { useEditedRule } from './use-edited-rule.ts'

type Column = 'conditions' | 'json' | 'bench'
const columns = oneOf<Column>(['conditions', 'json', 'bench'], 'conditions')

export function RuleEditor({
  actionCode,
  ruleId,
  policy,
  world,
}: {
  actionCode: string
  ruleId: string
  policy: PolicyDraftState
  world: World
}) {
  const { may } = useMe()
  const [, navigate] = useLocation()
  const [column, setColumn] = useParam('column', columns)
  const recent = useRecent(actionCode)
  const edited = useEditedRule(policy, ruleId, world)
  const { rule, isNew, conditions, change, changeConditions } = edited
  const isReadOnly = !may('PUT /action-configurations/{actionCode}/policy')
  const canTry = may('POST /action-configurations/{actionCode}/evaluate')

  const { rules } = policy.draft
  const problemsOf = (given: JsonValue | undefined) =>
    findProblems({ ...rule, conditions: given as DraftRule['conditions'] }, rules, world.context, Date.now())
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rule has its conditions
  const problems = useMemo(() => problemsOf(conditions), [rule, rules, world])
  const errorOf = (field: RuleProblem['field']) =>
    problems.find((problem) => problem.field === field && problem.severity === 'error')?.message
  const isBegun = rules.some((other) => other.ruleId === ruleId)

  const actionPath = `/actions/${encodeURIComponent(actionCode)}`
  const review = `${actionPath}/changes`
  useCommands([
    ...(isReadOnly ? [] : [{ id: 'rule.review', title: 'Review changes', keys: 'Ctrl+s', run: () => navigate(review) }]),
    ...(edited.undo ? [{ id: 'rule.undo', title: 'Undo the last change of the rule', keys: 'Alt+z', run: edited.undo }] : []),
    ...(edited.redo ? [{ id: 'rule.redo', title: 'Redo the change of the rule', keys: 'Alt+y', run: edited.redo }] : []),
    { id: 'rule.conditions', title: 'Show the conditions', keys: 'Alt+1', isHidden: true, run: () => setColumn('conditions') },
    { id: 'rule.json', title: 'Show the JSON', keys: 'Alt+2', isHidden: true, run: () => setColumn('json') },
    ...(canTry ? [{ id: 'rule.bench', title: 'Show the test bench', keys: 'Alt+3', isHidden: true, run: () => setColumn('bench') }] : []),
  ])

  const show = (problem: RuleProblem) => {
    setColumn('conditions')
    const node = problem.path === undefined ? undefined : findNode(readTree(conditions), problem.path)
    const selector = node === undefined ? `[data-field="${problem.field}"]` : `[data-part='${CSS.escape(pathKey(node.path))}']`
    setTimeout(() => {
      const place = document.querySelector<HTMLElement>(selector)
      place?.scrollIntoView({ block: 'center' })
      place?.querySelector<HTMLElement>('button, input, select')?.focus()
    })
  }
  const amount = world.dataPoints.some(({ dataType }) => dataType === 'number') ? amountOf(world.dataPoints, '') : undefined

  return (
    <Page
      title={rule.name || (isNew ? 'New rule' : 'Rule without a name')}
      above={<Link href={actionPath}>{actionCode}</Link>}
      sentence={
        <span role="status">
          <Sentence>
            {isBegun || !isNew
              ? sayRule(rule, world)
              : 'Say when it applies, and what happens then. Nothing takes effect before you have reviewed it.'}
          </Sentence>
        </span>
      }
      actions={
        isReadOnly ? undefined : (
          <>
            <IconButton icon="undo" label="Undo (Alt Z)" disabled={edited.undo === undefined} onClick={edited.undo} />
            <IconButton icon="redo" label="Redo (Alt Y)" disabled={edited.redo === undefined} onClick={edited.redo} />
            {policy.isChanged ? (
              <LinkButton look="primary" href={review}>
                Review changes
              </LinkButton>
            ) : (
              <Button look="primary" disabled title="Nothing is changed yet">
                Review changes
              </Button>
            )}
          </>
        )
      }
    >
      <div className="@container">
        <div className="grid grid-cols-1 items-start gap-x-7 gap-y-4 @min-[820px]:grid-cols-[minmax(0,6fr)_minmax(0,5fr)] @min-[820px]:grid-rows-[auto_1fr] @min-[1240px]:grid-rows-1 @min-[1240px]:grid-cols-[minmax(0,15fr)_minmax(0,8fr)_minmax(0,9fr)]">
          <fieldset
            role="group"
            aria-label="Parts of the editor"
            className="m-0 flex gap-1 border-0 border-b p-0 @min-[820px]:col-start-2 @min-[1240px]:hidden"
          >
            {(['conditions', 'json', ...(canTry ? (['bench'] as const) : [])] as const).map((each) => {
              // Two columns have the conditions in sight already.
              const isShown = column === each
              const isFirstOfPair = column === 'conditions' && each === 'json'
              return (
                <button
                  key={each}
                  type="button"
                  aria-pressed={isShown}
                  onClick={() => setColumn(each)}
                  className={`-mb-px h-9 border-b-2 px-3 text-sm font-medium hover:text-ink ${isShown ? 'border-accent text-ink' : 'border-transparent text-soft'} ${each === 'conditions' ? '@min-[820px]:hidden' : ''} ${isFirstOfPair ? '@min-[820px]:border-accent @min-[820px]:text-ink' : ''}`}
                >
                  {{ conditions: 'Conditions', json: 'JSON', bench: 'Test bench' }[each]}
                </button>
              )
            })}
          </fieldset>
          <section
            aria-label="Rule"
            className={`@min-[820px]:col-start-1 @min-[820px]:row-span-2 @min-[820px]:row-start-1 ${column === 'conditions' ? '' : 'hidden @min-[820px]:block'}`}
          >
            <fieldset disabled={isReadOnly} className="m-0 min-w-0 space-y-5 border-0 p-0">
              <legend className="sr-only">The rule</legend>
              <div className="grid gap-3 narrow:grid-cols-[minmax(0,1fr)_10rem_10rem]">
                <div data-field="name">
                  <TextField
                    label="Name"
                    value={rule.name ?? ''}
                    maxLength={256}
                    onValue={(name) => change({ name }, 'name')}
                    error={isBegun ? errorOf('name') : undefined}
                  />
                </div>
                <Select
                  label="Then"
                  value={rule.type}
                  onValue={(type) => change({ type })}
                  options={[
                    { value: 'CHALLENGE', label: 'Challenge' },
                    { value: 'REVIEW', label: 'Review by a person' },
                    { value: 'BLOCK', label: 'Block' },
                    { value: 'ALLOW', label: 'Allow' },
                  ]}
                />
                <Select
                  label="Mode"
                  value={rule.mode}
                  onValue={(mode) => change({ mode })}
                  options={[
                    { value: 'active', label: 'Active' },
                    { value: 'shadow', label: 'Shadow: only counted' },
                    { value: 'off', label: 'Off' },
                  ]}
                />
              </div>
              <div data-field="conditions">
                <h2 className="mb-1 font-semibold">When</h2>
                <Builder
                  conditions={conditions}
                  onChange={changeConditions}
                  world={world}
                  recent={recent}
                  problems={isBegun ? problems : []}
                  start={
                    <StartFrom
                      isNew={isNew && !isBegun}
                      starts={isNew ? starts(amount) : []}
                      onStart={({ name, type, conditions: begin }) => change({ name, type, conditions: begin as DraftRule['conditions'] })}
                      world={world}
                    />
                  }
                />
              </div>
              <details className="border-t pt-3" data-field="rolloutPercent">
                <summary className="font-semibold">More: for whom, until when, what the proof has to be</summary>
                <div className="mt-3">
                  <RuleSettings rule={rule} change={change} problems={problems} whenUnenrolled={policy.draft.whenUnenrolled ?? 'ENROLL'} />
                </div>
              </details>
            </fieldset>
          </section>
          <section
            aria-label="Problems and JSON"
            className={`space-y-4 @min-[1240px]:row-start-1 ${column === 'json' ? '' : column === 'conditions' ? 'hidden @min-[820px]:block' : 'hidden @min-[1240px]:block'}`}
          >
            {isBegun || !isNew ? (
              <ProblemList
                problems={problems}
                onShow={show}
                onFix={(problem) => conditions !== undefined && changeConditions(correct(conditions, problem))}
                isReadOnly={isReadOnly}
              />
            ) : (
              <p className="text-sm text-soft">Whatever is wrong with the rule stands here, all at once.</p>
            )}
            <div>
              <h2 className="mb-1 font-semibold">JSON</h2>
              <JsonFace conditions={conditions} onChange={changeConditions} problemsOf={problemsOf} isReadOnly={isReadOnly} />
            </div>
          </section>
          {canTry && (
            <section
              aria-label="Test bench"
              className={`@min-[1240px]:row-start-1 ${column === 'bench' ? '' : 'hidden @min-[1240px]:block'}`}
            >
              <h2 className="mb-1 font-semibold">Test bench</h2>
              <p className="mb-2 text-sm text-soft">What the draft decides. Nothing is stored or learnt.</p>
              <Bench
                actionCode={actionCode}
                ruleId={ruleId}
                draft={policy.draft}
                world={world}
                isBroken={problems.some(({ severity, field }) => severity === 'error' && field !== 'name')}
              />
            </section>
          )}
        </div>
      </div>
    </Page>
  )
}
