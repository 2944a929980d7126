import type { Counterfactual, RuleTrace } from '@sallyport/engine/explain'
import type { JsonValue } from '@sallyport/engine/facts'
import type { components } from '../../../generated/api-types.ts'
import { Sentence } from '../../parts/sentence.tsx'
import { StateBadge } from '../../parts/state-badge.tsx'
import { UserText } from '../../parts/user-text.tsx'
import type { PolicyDraft } from '../../policy-draft/policy-draft.ts'
import type { BenchEvent } from './bench-events.ts'
import type { World } from './read-world.ts'
import { Mark, TraceView } from './trace-view.tsx'

/** What the draft decides for the event, why, and which rules apply. */
export function BenchResult({
  trial,
  testResult,
  event,
  draft,
  ruleId,
  world,
  isOld,
}: {
  trial: components['schemas']['Evaluation']
  testResult: components['schemas']['PolicyTestResult'] | undefined
  event: BenchEvent
  draft: PolicyDraft
  ruleId: string
  world: World
  /** A newer answer is on its way. */
  isOld: boolean
}) {
  const { explanation, outcome, isEnrolled } = trial
  const traces = (explanation.trace ?? []) as unknown as RuleTrace[]
  const counterfactual = explanation.counterfactual as unknown as Counterfactual | undefined
  const own = traces.find((trace) => trace.ruleId === ruleId)
  return (
    <section
      aria-label="What is decided"
      aria-busy={isOld}
      className={`rounded-md border bg-surface p-3 text-sm ${isOld ? 'opacity-60' : ''}`}
    >
      <div className="flex flex-wrap items-center gap-2">
        <StateBadge state={outcome} />
        <span className="font-medium">
          <UserText>{event.title}</UserText>
        </span>
      </div>
      <p className="mt-1" role="status">
        <Sentence>{testResult?.sentence ?? explanation.sentence}</Sentence>
      </p>
      {testResult === undefined && counterfactual !== undefined && (
        <p className="mt-1 text-soft">
          <Sentence>{counterfactual.sentence}</Sentence>
        </p>
      )}
      {outcome === 'CHALLENGE' && !isEnrolled && <p className="mt-1 text-soft">This user has no authenticator to answer with.</p>}
      {own !== undefined && (
        <div className="mt-3 border-t pt-2">
          <p className="font-medium">This rule, condition by condition</p>
          <RuleLine trace={own} draft={draft} world={world} isOpen />
        </div>
      )}
      {traces.length > (own === undefined ? 0 : 1) && (
        <details className="mt-2 border-t pt-2">
          <summary className="font-medium">Every rule of the action ({traces.filter(({ matched }) => matched).length} apply)</summary>
          {traces.map((trace) => (
            <RuleLine key={trace.ruleId} trace={trace} draft={draft} world={world} isOpen={false} />
          ))}
        </details>
      )}
    </section>
  )
}

function RuleLine({ trace, draft, world, isOpen }: { trace: RuleTrace; draft: PolicyDraft; world: World; isOpen: boolean }) {
  const conditions = draft.rules.find((rule) => rule.ruleId === trace.ruleId)?.conditions as JsonValue | undefined
  const note = !trace.applies
    ? 'not for this user now'
    : trace.snooze !== undefined
      ? 'snoozed'
      : trace.mode === 'shadow'
        ? 'in shadow'
        : trace.matched && trace.result !== true
          ? 'applies to be careful'
          : trace.matched
            ? 'applies'
            : ''
  const tree =
    trace.problem !== undefined ? (
      <p className="text-block">
        <Sentence>{trace.problem}</Sentence>
      </p>
    ) : trace.conditions === null ? (
      <p className="text-soft">It asks for nothing: it always holds.</p>
    ) : (
      <ul>
        <TraceView node={trace.conditions} logic={conditions ?? null} world={world} />
      </ul>
    )
  if (isOpen) return <div className="mt-1">{tree}</div>
  return (
    <details className="mt-1">
      <summary className="text-sm">
        <span className="inline-flex items-center gap-1.5 align-middle">
          <Mark result={trace.result} />
          <UserText>{trace.name}</UserText>
          <span className="text-soft">{note}</span>
        </span>
      </summary>
      <div className="ml-4">{tree}</div>
    </details>
  )
}
