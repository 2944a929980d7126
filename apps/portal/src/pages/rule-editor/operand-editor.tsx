import type { JsonValue } from '@sallyport/engine/facts'
import { Button, IconButton } from '../../parts/button.tsx'
import { controlClasses } from '../../parts/field.tsx'
import { Menu } from '../../parts/menu.tsx'
import { UserText } from '../../parts/user-text.tsx'
import { setSignal } from '../../rule-tree/edit-tree.ts'
import { type Path, pathKey, replaceAt, valueAt } from '../../rule-tree/json-place.ts'
import { arithmeticOperators, type Operand } from '../../rule-tree/read-operand.ts'
import { findChoice, type SignalChoice } from '../../rule-tree/signal-choices.ts'
import { useBuilder } from './builder-context.ts'
import { SignalPicker } from './signal-picker.tsx'
import { NumberInput, TextInput, ValuesInput } from './value-fields.tsx'

interface Props {
  operand: Operand
  label: string
  /** What the value is compared with: it knows which values there are. */
  signal: SignalChoice | undefined
}

/** A value of a condition: a field for it, by its kind. */
export function OperandEditor({ operand, label, signal }: Props) {
  const { conditions, change, problems, world } = useBuilder()
  const set = (path: Path, value: JsonValue) => {
    if (conditions !== undefined) change(replaceAt(conditions, path, value), { kind: pathKey(path) })
  }
  const isBad = (path: Path) =>
    problems.some((problem) => problem.severity === 'error' && problem.path !== undefined && pathKey(problem.path) === pathKey(path))
  const { path } = operand
  switch (operand.kind) {
    case 'number':
      if (signal?.name === 'time.dayOfWeek') {
        const day = String(operand.value)
        return <TextInput label={label} signal={signal} value={day} onValue={(value) => set(path, Number(value))} isBad={isBad(path)} />
      }
      return (
        <span className="flex items-center gap-1.5">
          <NumberInput label={label} value={operand.value} onValue={(value) => set(path, value)} isBad={isBad(path)} />
          {unitOf(signal) !== undefined && <span className="text-sm text-soft">{unitOf(signal)}</span>}
        </span>
      )
    case 'text':
      return <TextInput label={label} signal={signal} value={operand.value} onValue={(value) => set(path, value)} isBad={isBad(path)} />
    case 'boolean':
      return (
        <select
          aria-label={label}
          value={String(operand.value)}
          onChange={(event) => set(path, event.target.value === 'true')}
          className={`${controlClasses} !w-20`}
        >
          <option value="true">yes</option>
          <option value="false">no</option>
        </select>
      )
    case 'values':
      return (
        <ValuesInput
          label={label}
          signal={signal}
          values={operand.values}
          onValues={(values) => set(path, signal?.name === 'time.dayOfWeek' ? values.map(Number) : values)}
          badAt={(place) => isBad([...path, place])}
        />
      )
    case 'list': {
      const isThere = world.lists.some(({ alias }) => alias === operand.alias)
      return (
        <select
          aria-label={label}
          aria-invalid={!isThere || undefined}
          value={operand.alias}
          onChange={(event) => conditions !== undefined && change(setSignal(conditions, path, `lists.${event.target.value}`))}
          className={`${controlClasses} !w-44`}
        >
          {!isThere && <option value={operand.alias}>{operand.alias === '' ? 'Choose a list …' : `${operand.alias} (not there)`}</option>}
          {world.lists.map(({ alias, name, isActive }) => (
            <option key={alias} value={alias}>
              {name}
              {isActive ? '' : ' (switched off)'}
            </option>
          ))}
        </select>
      )
    }
    case 'signal':
      return (
        <SignalPicker
          trigger={<SignalButton name={operand.name} what={label} />}
          {...(signal === undefined || signal.type === 'number' ? { only: 'number' } : {})}
          onPick={({ name }) => conditions !== undefined && change(setSignal(conditions, path, name))}
        />
      )
    case 'arithmetic':
      return <Arithmetic operand={operand} label={label} />
  }
}

/** The button that names a signal. Also works as a trigger, so it passes on what it is given. */
export function SignalButton({ name, what, ...rest }: { name: string; what: string } & React.ComponentProps<'button'>) {
  const { world } = useBuilder()
  const choice = findChoice(world.choices, name)
  return (
    <button
      {...rest}
      type="button"
      title={name}
      aria-label={`${what}: ${choice?.label ?? name}`}
      className={`min-h-8 max-w-full rounded-md border px-2.5 py-1 text-left text-sm hover:border-ink ${choice === undefined ? 'border-block font-mono text-xs' : 'border-line bg-tint'}`}
    >
      <UserText>{choice?.label ?? name}</UserText>
    </button>
  )
}

const signs: Record<string, string> = { '+': '+', '-': '−', '*': '×', '/': '÷' }

function Arithmetic({ operand, label }: { operand: Extract<Operand, { kind: 'arithmetic' }>; label: string }) {
  const { conditions, change } = useBuilder()
  if (conditions === undefined) return null
  const { path, operator, parts } = operand
  const written = valueAt(conditions, [...path, operator])
  const args = Array.isArray(written) ? written : []
  const rewrite = (next: string, values: readonly JsonValue[]) => change(replaceAt(conditions, path, { [next]: [...values] }))
  return (
    <span className="inline-flex max-w-full flex-wrap items-center gap-1 rounded-md border border-dashed border-line-strong px-1.5 py-1">
      {parts.map((part, place) => (
        <span key={pathKey(part.path)} className="inline-flex flex-wrap items-center gap-1">
          {place > 0 && (
            <select
              aria-label={`${label}: operation`}
              value={operator}
              onChange={(event) => rewrite(event.target.value, args)}
              className="h-6 rounded-sm border bg-surface text-sm"
            >
              {arithmeticOperators.map((each) => (
                <option key={each} value={each}>
                  {signs[each]}
                </option>
              ))}
            </select>
          )}
          <OperandEditor operand={part} label={`${label}, part ${place + 1}`} signal={undefined} />
          {parts.length > 2 && (
            <IconButton
              isSmall
              icon="close"
              label={`Remove part ${place + 1}`}
              onClick={() => rewrite(operator, args.toSpliced(place, 1))}
            />
          )}
        </span>
      ))}
      <Menu
        trigger={<IconButton isSmall icon="plus" label={`${label}: add a part`} />}
        groups={[
          [
            { label: 'A number', onChoose: () => rewrite(operator, [...args, 1]) },
            { label: 'A signal', onChoose: () => rewrite(operator, [...args, { var: 'ip.timesSeen' }]) },
          ],
        ]}
      />
    </span>
  )
}

/** Lets a number be compared with another signal or a calculation instead, and back. */
export function OperandKind({ operand, suggested }: { operand: Operand; suggested: number }) {
  const { conditions, change, world } = useBuilder()
  if (conditions === undefined) return null
  const to = (value: JsonValue) => () => change(replaceAt(conditions, operand.path, value))
  const other = world.choices.find(({ type }) => type === 'number')?.name ?? 'risk.score'
  const logic = valueAt(conditions, operand.path) ?? 0
  return (
    <Menu
      trigger={
        <Button look="quiet" className="h-6 px-1.5 text-xs text-soft" title="What it is compared with">
          {operand.kind === 'number' ? 'number' : operand.kind === 'signal' ? 'signal' : 'calculation'} ▾
        </Button>
      }
      groups={[
        [
          { label: 'A number', isChosen: operand.kind === 'number', onChoose: to(operand.kind === 'number' ? logic : suggested) },
          {
            label: 'Another signal',
            isChosen: operand.kind === 'signal',
            onChoose: to(operand.kind === 'signal' ? logic : { var: other }),
          },
          {
            label: 'A calculation',
            isChosen: operand.kind === 'arithmetic',
            onChoose: to(operand.kind === 'arithmetic' ? logic : { '*': [operand.kind === 'number' ? 2 : logic, { var: other }] }),
          },
        ],
      ]}
    />
  )
}

function unitOf(signal: SignalChoice | undefined): string | undefined {
  if (signal?.name === 'time.hour') return ':00'
  return signal?.unit
}
