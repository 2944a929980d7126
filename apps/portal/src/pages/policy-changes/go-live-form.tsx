import { TextField } from '../../parts/text-field.tsx'
import type { GoLive } from './go-live.ts'

const ways: { value: GoLive; label: string; hint: string }[] = [
  { value: 'drafted', label: 'As the cards say', hint: 'Each new rule with the mode and the share that it has in the draft.' },
  { value: 'active', label: 'Active', hint: 'For everybody, from the moment it is saved.' },
  { value: 'percent', label: 'For a share of people', hint: 'The same people every time; a larger share only adds some.' },
  { value: 'shadow', label: 'In shadow', hint: 'Recorded and counted, never applied.' },
  { value: 'off', label: 'Turned off, as a draft', hint: 'Saved with the policy, not evaluated.' },
]

/** How the new rules begin. */
export function GoLiveForm(props: {
  count: number
  how: GoLive
  onHow: (how: GoLive) => void
  percent: number
  onPercent: (percent: number) => void
  isDraftedOffered: boolean
}) {
  const { count, how, onHow, percent, onPercent, isDraftedOffered } = props
  return (
    <fieldset>
      <legend className="text-sm font-medium">{count === 1 ? 'The new rule begins' : `The ${count} new rules begin`}</legend>
      <div className="mt-1 space-y-1">
        {ways
          .filter(({ value }) => value !== 'drafted' || isDraftedOffered)
          .map(({ value, label, hint }) => (
            <div key={value} className="flex flex-wrap items-center gap-x-3 text-sm">
              <label className="inline-flex min-h-7 items-center gap-2">
                <input type="radio" name="go-live" checked={how === value} onChange={() => onHow(value)} className="size-4 accent-accent" />
                <span className="font-medium">{label}</span>
              </label>
              {value === 'percent' && how === 'percent' && (
                <span className="inline-flex items-center gap-1.5">
                  <TextField
                    label="Share of people, in percent"
                    isLabelHidden
                    type="number"
                    min={1}
                    max={99}
                    value={String(percent)}
                    onValue={(text) => onPercent(Math.max(0, Math.min(100, Number(text) || 0)))}
                    className="w-20"
                  />
                  %
                </span>
              )}
              <span className="text-soft">{hint}</span>
            </div>
          ))}
      </div>
    </fieldset>
  )
}
