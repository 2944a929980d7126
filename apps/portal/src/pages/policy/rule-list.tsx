import { useQueryClient } from '@tanstack/react-query'
import { useLayoutEffect, useRef, useState } from 'react'
import type { components } from '../../../generated/api-types.ts'
import { isEqual } from '../../policy-draft/is-equal.ts'
import { type DraftRule, newRuleId } from '../../policy-draft/policy-draft.ts'
import { SnoozeDialog } from '../../policy-draft/snooze-dialog.tsx'
import { type PolicyDraftState, policyKey } from '../../policy-draft/use-policy-draft.ts'
import { useSentences } from '../../policy-draft/use-rule-sentences.ts'
import { DefaultCard } from './default-card.tsx'
import { duplicateRule, moveRule, placeOfDrop } from './move-rule.ts'
import { overlapOf } from './overlap-of.ts'
import { RemovedRule, RuleCard, type RuleHandlers } from './rule-card.tsx'
import { SortableItem, useDrops } from './sortable.tsx'

interface Props {
  actionCode: string
  state: PolicyDraftState
  mayEdit: boolean
  /** A change of the action waits for a second person. */
  needsApproval: boolean
  statistics: components['schemas']['RuleStatistics'] | undefined
  warnings: readonly { ruleId: string; message: string }[]
}

/** The rules as cards in their order, then what holds when none matches. */
export function RuleList({ actionCode, state, mayEdit, needsApproval, statistics, warnings }: Props) {
  const client = useQueryClient()
  const { base, draft, change, inForce } = state
  const sentences = useSentences()
  const list = useRef<HTMLOListElement>(null)
  const moved = useRef<string>(undefined)
  const [looked, setLooked] = useState<string>()
  const [snoozed, setSnoozed] = useState<DraftRule>()
  const [said, setSaid] = useState('')

  const moveTo = (ruleId: string, to: (rules: readonly DraftRule[]) => number) => {
    const place = to(draft.rules)
    change((now) => ({ ...now, rules: moveRule(now.rules, ruleId, place) }))
    const name = draft.rules.find((rule) => rule.ruleId === ruleId)?.name
    setSaid(`${name} is now rule ${place + 1} of ${draft.rules.length}.`)
  }
  useDrops((ruleId, target) => moveTo(ruleId, (rules) => placeOfDrop(rules, ruleId, target)))
  // A card that moves in the page loses the focus; it belongs on the same button still, or on the other one at the end of the list.
  useLayoutEffect(() => {
    if (moved.current === undefined) return
    const [ruleId = '', step] = moved.current.split(' ')
    const buttons = [step ?? '', step === '1' ? '-1' : '1'].map((one) =>
      list.current?.querySelector<HTMLButtonElement>(`[data-move="${CSS.escape(ruleId)} ${one}"]`),
    )
    buttons.find((button) => button && !button.disabled)?.focus()
    moved.current = undefined
  })

  const setRules = (next: (rules: readonly DraftRule[]) => DraftRule[]) => change((now) => ({ ...now, rules: next(now.rules) }))
  const handlers: RuleHandlers = {
    move: (ruleId, step) => {
      moved.current = `${ruleId} ${step}`
      moveTo(ruleId, (rules) => rules.findIndex((rule) => rule.ruleId === ruleId) + step)
    },
    setMode: (ruleId, mode) => setRules((rules) => rules.map((rule) => (rule.ruleId === ruleId ? { ...rule, mode } : rule))),
    duplicate: (ruleId) => setRules((rules) => duplicateRule(rules, ruleId, newRuleId())),
    remove: (ruleId) => setRules((rules) => rules.filter((rule) => rule.ruleId !== ruleId)),
    putBack: (ruleId) => setRules((rules) => putBack(rules, base.policy.rules, ruleId)),
    snooze: (ruleId) => setSnoozed(draft.rules.find((rule) => rule.ruleId === ruleId)),
  }
  const overlapWith = (ruleId: string) => {
    const place = draft.rules.findIndex((rule) => rule.ruleId === looked)
    if (looked === undefined || looked === ruleId || statistics === undefined || place === -1) return undefined
    const found = overlapOf(statistics.rules, looked, ruleId)
    return found && { ...found, place }
  }
  const removed = base.policy.rules.filter(({ ruleId }) => draft.rules.every((rule) => rule.ruleId !== ruleId))
  return (
    <>
      <h2 className="sr-only">Rules</h2>
      <ol ref={list} aria-label="Rules in order" className="border-t">
        {draft.rules.map((rule, place) => {
          const { ruleId } = rule
          const was = base.policy.rules.find((one) => one.ruleId === ruleId)
          return (
            <SortableItem
              key={ruleId}
              ruleId={ruleId}
              isDraggable={mayEdit}
              className={`border-b ${looked === ruleId ? 'bg-hover' : ''}`}
              onMouseEnter={() => setLooked(ruleId)}
              onMouseLeave={() => setLooked(undefined)}
              onFocus={() => setLooked(ruleId)}
              onBlur={() => setLooked(undefined)}
            >
              {(dragHandle) => (
                <RuleCard
                  actionCode={actionCode}
                  rule={rule}
                  place={place}
                  of={draft.rules.length}
                  sentence={sentences?.ofRule(rule)}
                  difference={was === undefined ? 'new' : isEqual({ ...was, priority: 0 }, { ...rule, priority: 0 }) ? 'same' : 'changed'}
                  statistics={statistics?.rules.find((one) => one.ruleId === ruleId)}
                  warnings={warnings.filter((warning) => warning.ruleId === ruleId).map(({ message }) => message)}
                  snoozes={inForce.policy.rules.find((one) => one.ruleId === ruleId)?.snoozes ?? []}
                  overlap={overlapWith(ruleId)}
                  handlers={mayEdit ? handlers : undefined}
                  dragHandle={dragHandle}
                />
              )}
            </SortableItem>
          )
        })}
        {removed.map(({ ruleId, name }) => (
          <RemovedRule key={ruleId} name={name} onPutBack={() => handlers.putBack(ruleId)} />
        ))}
        <li className="border-b">
          <DefaultCard
            draft={draft}
            isChanged={
              draft.defaultUserActionResult !== base.policy.defaultUserActionResult || draft.whenUnenrolled !== base.policy.whenUnenrolled
            }
            onChange={mayEdit ? (fields) => change((now) => ({ ...now, ...fields })) : undefined}
          />
        </li>
      </ol>
      <p role="status" className="sr-only">
        {said}
      </p>
      {snoozed && (
        <SnoozeDialog
          title={`Snooze ${snoozed.name}`}
          rules={[{ actionCode, rule: snoozed, needsApproval }]}
          onClose={() => setSnoozed(undefined)}
          refresh={() => client.invalidateQueries({ queryKey: policyKey(actionCode) })}
        />
      )}
    </>
  )
}

/** The rule as it is in force: changed back where it stands, or behind the rule that it stands behind there. */
function putBack(rules: readonly DraftRule[], live: readonly DraftRule[], ruleId: string): DraftRule[] {
  const place = live.findIndex((rule) => rule.ruleId === ruleId)
  const rule = live[place]
  if (rule === undefined) return [...rules]
  if (rules.some((one) => one.ruleId === ruleId)) return rules.map((one) => (one.ruleId === ruleId ? rule : one))
  const before = live.slice(0, place).findLast((one) => rules.some((other) => other.ruleId === one.ruleId))
  const at = before === undefined ? 0 : rules.findIndex((one) => one.ruleId === before.ruleId) + 1
  return [...rules.slice(0, at), rule, ...rules.slice(at)]
}
