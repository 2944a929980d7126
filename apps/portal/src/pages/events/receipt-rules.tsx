import type { ExplainOptions, RuleTrace } from '@sallyport/engine/explain'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { Link } from 'wouter'
import { api } from '../../api/api.ts'
import { Icon } from '../../parts/icon.tsx'
import { Section } from '../../parts/section.tsx'
import { StateBadge } from '../../parts/state-badge.tsx'
import { UserText } from '../../parts/user-text.tsx'
import type { Receipt } from './receipt.ts'
import { describeResult, describeVerdict, traceLines } from './word-trace.ts'

type Conditions = Parameters<typeof traceLines>[1]

/** The rules in order, leaf by leaf. */
export function ReceiptRules({ receipt }: { receipt: Receipt }) {
  const { actionCode, policyVersion, priorityRuleId, output, replay } = receipt
  const trace = (output.trace ?? []) as unknown as RuleTrace[]
  const conditions = useRuleConditions(actionCode, policyVersion)
  const options = useMemo(() => ({ features: replay.features.map(({ definition }) => definition) }) as unknown as ExplainOptions, [replay])
  const matched = trace.filter((rule) => rule.matched).length
  return (
    <Section
      title="Rules, in order"
      aside={<span className="text-sm text-soft">{trace.length === 0 ? '' : `${matched} of ${trace.length} matched`}</span>}
    >
      {trace.length === 0 ? (
        <p className="text-sm text-soft">
          {output.isReproduced ? 'The policy had no rules: its default decided.' : 'They cannot be shown as they were.'}
        </p>
      ) : (
        <ol>
          {trace.map((rule, place) => (
            <Rule
              key={rule.ruleId}
              rule={rule}
              place={place + 1}
              actionCode={actionCode}
              decidedBy={priorityRuleId}
              conditions={conditions.get(rule.ruleId)}
              options={options}
            />
          ))}
          {priorityRuleId === undefined && (
            <li className="flex min-h-8 items-center gap-2 py-1 text-sm">
              <span className="w-6" />
              <span className="flex-1">No rule decided: the default of the policy did.</span>
              <StateBadge state={receipt.outcome} />
            </li>
          )}
        </ol>
      )}
    </Section>
  )
}

/** What the rules of that version ask, by rule. A version that is gone leaves the words to the trace. */
function useRuleConditions(actionCode: string, version: number): ReadonlyMap<string, Conditions> {
  const { data } = useQuery({
    queryKey: ['events', 'policy', actionCode, version],
    queryFn: ({ signal }) =>
      api.get('/action-configurations/{actionCode}/policy-versions/{version}', { path: { actionCode, version }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  return useMemo(() => {
    const rules = data?.policy.rules
    const all = Array.isArray(rules) ? (rules as { ruleId: string; conditions?: Conditions }[]) : []
    return new Map(all.map(({ ruleId, conditions }) => [ruleId, conditions]))
  }, [data])
}

const tones = { decided: 'font-semibold', matched: 'font-medium', doubt: 'text-unknown', no: 'text-soft' } as const

function Rule(props: {
  rule: RuleTrace
  place: number
  actionCode: string
  decidedBy: string | undefined
  conditions: Conditions
  options: ExplainOptions
}) {
  const { rule, place, actionCode, decidedBy, conditions, options } = props
  const verdict = describeVerdict(rule, decidedBy)
  const lines = traceLines(rule, conditions, options)
  return (
    <li className="border-b">
      <details open={verdict.tone === 'decided' || verdict.tone === 'doubt'} className="group">
        <summary className="flex min-h-8 list-none items-center gap-2 py-1 text-sm hover:bg-hover">
          <Icon name="right" className="size-3 text-soft group-open:rotate-90" />
          <span className="w-4 shrink-0 text-right text-soft">{place}</span>
          <span className="min-w-0 flex-1">
            <UserText className={verdict.tone === 'no' ? '' : 'font-medium'}>{rule.name}</UserText>
            <span className={`block text-xs narrow:ml-2 narrow:inline ${tones[verdict.tone]}`}>{verdict.word}</span>
          </span>
          <StateBadge state={rule.outcome} />
        </summary>
        <div className="pb-2 pl-10">
          {rule.problem !== undefined && <p className="text-sm text-block">{rule.problem}</p>}
          {lines.length === 0 && rule.problem === undefined && (
            <p className="text-sm text-soft">It has no conditions, so it always matches.</p>
          )}
          <ul className="text-sm">
            {lines.map(({ depth, isGroup, result, text, readings }, at) => {
              const { shape, word } = describeResult(result)
              return (
                <li key={at} className="flex gap-2 py-0.5" style={{ paddingLeft: `${depth * 1.25}rem` }}>
                  <Mark result={result} shape={shape} word={word} />
                  <span className="min-w-0">
                    <UserText className={isGroup ? 'text-soft' : ''}>{text.replaceAll('`', '')}</UserText>
                    <span className="sr-only">: {word}</span>
                    {readings.length > 0 && (
                      <span className="block text-xs text-soft">
                        <UserText>{readings.join('; ').replaceAll('`', '')}</UserText>
                        {typeof result === 'string' && ` – ${word}`}
                      </span>
                    )}
                  </span>
                </li>
              )
            })}
          </ul>
          <Link
            href={`/actions/${encodeURIComponent(actionCode)}/rules/${encodeURIComponent(rule.ruleId)}`}
            className="text-xs text-accent hover:underline"
          >
            Open the rule as it is today
          </Link>
        </div>
      </details>
    </li>
  )
}

function Mark({ result, shape, word }: { result: RuleTrace['result']; shape: string; word: string }) {
  const colour = result === true ? 'bg-allow-tint text-allow' : result === false ? 'bg-unknown-tint text-soft' : 'hatched text-unknown'
  return (
    <span
      aria-hidden="true"
      title={word}
      className={`mt-0.5 inline-flex size-4 shrink-0 items-center justify-center rounded-sm text-xs ${colour}`}
    >
      {shape}
    </span>
  )
}
