import { TextField } from '../../parts/text-field.tsx'
import type { Choice, GoLive } from './go-live.ts'

interface Way {
  value: GoLive
  label: string
  hint: string
}

const waysOfNew: readonly Way[] = [
  { value: 'drafted', label: 'As the cards say', hint: 'Each new rule with the mode and the share that it has in the draft.' },
  { value: 'active', label: 'Active', hint: 'For everybody, from the moment it is saved.' },
  { value: 'percent', label: 'For a share of people', hint: 'The same people every time; a larger share only adds some.' },
  { value: 'shadow', label: 'In shadow', hint: 'Recorded and counted, never applied.' },
  { value: 'off', label: 'Turned off, as a draft', hint: 'Saved with the policy, not evaluated.' },
]
const waysOfChanged: readonly Way[] = [
  { value: 'active', label: 'Active', hint: 'In place of what is live, for everybody, from the moment it is saved.' },
  {
    value: 'percent',
    label: 'For a share of people',
    hint: 'For them the change decides first, as a rule of its own. What is live stays behind it for everybody, so the change can stop more, not less.',
  },
  { value: 'shadow', label: 'In shadow', hint: 'What is live goes on deciding. The change is a copy behind it, recorded and counted.' },
  {
    value: 'off',
    label: 'Turned off, as a draft',
    hint: 'What is live goes on deciding. The change is saved as a copy that is not evaluated.',
  },
]

interface Props {
  /** How many rules begin so. */
  count: number
  choice: Choice
  onChoice: (choice: Choice) => void
}

/** How the new rules begin. */
export function NewRulesForm({ isDraftedOffered, ...props }: Props & { isDraftedOffered: boolean }) {
  const { count } = props
  const ways = waysOfNew.filter(({ value }) => value !== 'drafted' || isDraftedOffered)
  return <Ways {...props} ways={ways} name="new" legend={count === 1 ? 'The new rule begins' : `The ${count} new rules begin`} />
}

/** How the changes of rules that are live begin. */
export function ChangedRulesForm(props: Props) {
  const { count, choice } = props
  return (
    <div>
      <Ways
        {...props}
        ways={waysOfChanged}
        name="changed"
        legend={count === 1 ? 'The changed rule begins' : `The ${count} changed rules begin`}
      />
      {choice.how !== 'active' && (
        <p className="mt-1 max-w-[80ch] text-sm text-soft">
          When you have seen enough, make the change active and remove the rule that it replaces.
        </p>
      )}
    </div>
  )
}

function Ways({ ways, name, legend, choice, onChoice }: Props & { ways: readonly Way[]; name: string; legend: string }) {
  return (
    <fieldset>
      <legend className="text-sm font-medium">{legend}</legend>
      <div className="mt-1 space-y-1">
        {ways.map(({ value, label, hint }) => (
          <div key={value} className="flex flex-wrap items-center gap-x-3 text-sm">
            <label className="inline-flex min-h-7 items-center gap-2">
              <input
                type="radio"
                name={`go-live-${name}`}
                checked={choice.how === value}
                onChange={() => onChoice({ ...choice, how: value })}
                className="size-4 accent-accent"
              />
              <span className="font-medium">{label}</span>
            </label>
            {value === 'percent' && choice.how === 'percent' && (
              <span className="inline-flex items-center gap-1.5">
                <TextField
                  label="Share of people, in percent"
                  isLabelHidden
                  type="number"
                  min={1}
                  max={99}
                  value={String(choice.percent)}
                  onValue={(text) => onChoice({ ...choice, percent: Math.max(0, Math.min(100, Number(text) || 0)) })}
                  className="w-20"
                />
                %
              </span>
            )}
            <span className="max-w-[80ch] text-soft">{hint}</span>
          </div>
        ))}
      </div>
    </fieldset>
  )
}
