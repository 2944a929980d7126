import type { JsonValue } from '@sallyport/engine/facts'
import { IconButton } from '../../parts/button.tsx'
import { controlClasses } from '../../parts/field.tsx'
import { setSignal, setTest } from '../../rule-tree/edit-tree.ts'
import { pathKey, replaceAt, valueAt } from '../../rule-tree/json-place.ts'
import type { TreeCondition } from '../../rule-tree/read-tree.ts'
import { suggestLimit } from '../../rule-tree/recent-values.ts'
import { findChoice, type SignalChoice } from '../../rule-tree/signal-choices.ts'
import { freshCondition, testOf, testsFor, valuesFor } from '../../rule-tree/test-choices.ts'
import { useBuilder } from './builder-context.ts'
import { OperandEditor, OperandKind, SignalButton } from './operand-editor.tsx'
import { RecentPanel } from './recent-panel.tsx'
import { SignalPicker } from './signal-picker.tsx'

/** One condition: what is looked at, how it is tested, and against what. */
export function ConditionRow({ node }: { node: TreeCondition }) {
  const { conditions, change, world, recent, opened, open } = useBuilder()
  if (conditions === undefined) return null
  const { subject, values } = node
  const signal = subject.kind === 'signal' ? findChoice(world.choices, subject.name) : undefined
  const shown: SignalChoice = signal ?? unknownSignal(node)
  const offered = testsFor(shown)
  const chosen = testOf(node, offered)
  const key = pathKey(node.path)
  const isOpen = opened === key && signal !== undefined
  const limit = suggestLimit(recent?.bySignal.get(shown.name))
  const lists = world.lists.filter(({ isActive }) => isActive).map(({ alias }) => alias)

  const pick = (next: SignalChoice) => {
    const isAlike = next.type === shown.type && next.form === shown.form && next.values === shown.values
    const logic = isAlike
      ? setSignal(conditions, subject.path, next.name)
      : replaceAt(conditions, node.path, freshCondition(next, suggestLimit(recent?.bySignal.get(next.name))))
    change(logic, { focus: node.path })
    open(key)
  }
  const choose = (id: string) => {
    const next = offered.find((each) => each.id === id)
    if (next === undefined) return
    const before = values.map(({ path }) => valueAt(conditions, path) ?? null)
    const given = valuesFor(next, shown, before, { lists, limit })
    const changed = setTest(conditions, node, next.test, next.isNegated, given)
    // The same operator with another kind of value, such as a list instead of values.
    const isSame = next.test === node.test && JSON.stringify(given) !== JSON.stringify(before)
    const [value] = values
    change(
      isSame && value !== undefined
        ? setTest(replaceAt(conditions, value.path, given[0] ?? null), node, next.test, next.isNegated, given)
        : changed,
    )
  }
  const setFromRecent = (value: JsonValue, kind?: string) => {
    const [first] = values
    if (chosen.fixed !== undefined) return choose(value === true ? 'yes' : 'no')
    if (first === undefined) return
    if (first.kind === 'values') {
      if (first.values.includes(value as string)) return
      return change(replaceAt(conditions, first.path, [...first.values, value]))
    }
    if (first.kind !== 'list') change(replaceAt(conditions, first.path, value), kind === undefined ? {} : { kind: `${kind} ${key}` })
  }

  return (
    <div className="min-w-0 flex-1 space-y-1.5">
      <div className="flex flex-wrap items-center gap-1.5">
        {subject.kind === 'signal' ? (
          <SignalPicker
            trigger={<SignalButton name={subject.name} what="Signal" data-focus={key} />}
            onPick={pick}
            title="Choose another signal"
          />
        ) : (
          <OperandEditor operand={subject} label="What is tested" signal={undefined} />
        )}
        <select
          aria-label={`Test of ${shown.label}`}
          value={chosen.id}
          onChange={(event) => choose(event.target.value)}
          className={`${controlClasses} field-sizing-content !w-auto max-w-48`}
        >
          {!offered.includes(chosen) && <option value={chosen.id}>{chosen.words}</option>}
          {offered.map(({ id, words }) => (
            <option key={id} value={id}>
              {words}
            </option>
          ))}
        </select>
        {chosen.fixed === undefined &&
          values.map((value, place) => (
            <span key={pathKey(value.path)} className="flex min-w-0 flex-wrap items-center gap-1.5">
              {place > 0 && <span className="text-sm text-soft">and</span>}
              <OperandEditor operand={value} label={`${place > 0 ? 'Second value' : 'Value'} for ${shown.label}`} signal={shown} />
              {shown.type === 'number' && node.test !== 'in' && (
                <OperandKind operand={value} suggested={limit ?? (typeof shown.example === 'number' ? shown.example : 1)} />
              )}
            </span>
          ))}
        {signal !== undefined && (
          <IconButton
            isSmall
            icon="overview"
            aria-expanded={isOpen}
            label={`Recent values of ${shown.label}`}
            onClick={() => open(isOpen ? undefined : key)}
            className={isOpen ? 'bg-tint text-ink' : ''}
          />
        )}
      </div>
      {isOpen && <RecentPanel condition={node} signal={shown} onValue={setFromRecent} />}
    </div>
  )
}

/** A signal that is not declared, or a calculation: its type is guessed from what it is compared with. */
function unknownSignal({ subject, values }: TreeCondition): SignalChoice {
  const [value] = values
  const name = subject.kind === 'signal' ? subject.name : 'the calculation'
  const type =
    subject.kind !== 'signal' || value?.kind === 'number' ? 'number' : value?.kind === 'boolean' || value === undefined ? 'boolean' : 'text'
  return { name, label: name, family: 'yours', type, meaning: '' }
}
