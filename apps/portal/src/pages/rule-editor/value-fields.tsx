import { countryCodes } from '@sallyport/engine/forms'
import { useEffect, useState } from 'react'
import { Chip } from '../../parts/chip.tsx'
import { controlClasses } from '../../parts/field.tsx'
import { UserText } from '../../parts/user-text.tsx'
import type { SignalChoice } from '../../rule-tree/signal-choices.ts'
import { countryName, dayChoices, showValue } from './show-value.ts'

/** A number that keeps what is typed until it is one. */
export function NumberInput({
  label,
  value,
  onValue,
  isBad = false,
}: {
  label: string
  value: number
  onValue: (value: number) => void
  isBad?: boolean
}) {
  const [text, setText] = useState(String(value))
  useEffect(() => {
    setText((typed) => (typed !== '' && Number(typed) === value ? typed : String(value)))
  }, [value])
  return (
    <input
      type="number"
      step="any"
      aria-label={label}
      aria-invalid={isBad || undefined}
      value={text}
      onChange={(event) => {
        setText(event.target.value)
        const number = event.target.valueAsNumber
        if (Number.isFinite(number)) onValue(number)
      }}
      onBlur={() => setText(String(value))}
      className={`${controlClasses} !w-24 text-right`}
    />
  )
}

/** One text of those that a signal can have. */
export function TextInput({
  label,
  signal,
  value,
  onValue,
  isBad = false,
}: {
  label: string
  signal: SignalChoice | undefined
  value: string
  onValue: (value: string) => void
  isBad?: boolean
}) {
  const choices = choicesOf(signal)
  if (choices === undefined) {
    return (
      <input
        aria-label={label}
        aria-invalid={isBad || undefined}
        autoComplete="off"
        spellCheck={false}
        value={value}
        onChange={(event) => onValue(event.target.value)}
        className={`${controlClasses} !w-44`}
      />
    )
  }
  const isKnown = choices.some((choice) => choice.value === value)
  return (
    <select
      aria-label={label}
      aria-invalid={isBad || undefined}
      value={value}
      onChange={(event) => onValue(event.target.value)}
      className={`${controlClasses} !w-44`}
    >
      {!isKnown && <option value={value}>{value === '' ? 'Choose …' : value}</option>}
      {choices.map((choice) => (
        <option key={choice.value} value={choice.value}>
          {choice.label}
        </option>
      ))}
    </select>
  )
}

/** Several values: those that are there, and a field for one more. */
export function ValuesInput({
  label,
  signal,
  values,
  onValues,
  badAt,
}: {
  label: string
  signal: SignalChoice | undefined
  values: readonly (string | number)[]
  onValues: (values: (string | number)[]) => void
  badAt: (place: number) => boolean
}) {
  const [text, setText] = useState('')
  const isNumeric = signal?.type === 'number'
  const choices = choicesOf(signal)?.filter(({ value }) => !values.map(String).includes(value))
  const add = (typed: string) => {
    const added = typed
      .split(/[\s,;]+/)
      .filter(Boolean)
      .map((each) => (isNumeric && Number.isFinite(Number(each)) ? Number(each) : each))
    if (added.length > 0) onValues([...values, ...added.filter((each) => !values.includes(each))])
    setText('')
  }
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-1">
      {values.map((value, place) => (
        <span key={String(value)} className={badAt(place) ? 'rounded-full outline-2 outline-block' : ''}>
          <Chip onRemove={() => onValues(values.filter((_, at) => at !== place))} removeLabel={`Remove ${value}`}>
            <UserText>{signal === undefined ? String(value) : showValue(signal, value)}</UserText>
          </Chip>
        </span>
      ))}
      {choices === undefined ? (
        <input
          aria-label={`${label}: add one`}
          placeholder={values.length === 0 ? placeholderOf(signal) : 'one more'}
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onBlur={() => add(text)}
          onPaste={(event) => {
            event.preventDefault()
            add(`${text}${event.clipboardData.getData('text')}`)
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter' || event.key === ',') {
              event.preventDefault()
              add(text)
            }
            if (event.key === 'Backspace' && text === '') onValues(values.slice(0, -1))
          }}
          className={`${controlClasses} !w-36`}
        />
      ) : (
        <select
          aria-label={`${label}: add one`}
          value=""
          onChange={(event) => add(event.target.value)}
          className={`${controlClasses} !w-36`}
        >
          <option value="">{values.length === 0 ? 'Choose …' : 'Add …'}</option>
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      )}
    </span>
  )
}

function placeholderOf(signal: SignalChoice | undefined): string {
  return signal?.form === 'address' ? '203.0.113.0/24' : 'a value, then Enter'
}

let countries: { value: string; label: string }[] | undefined

/** The values to choose from. `undefined`: any can be typed. */
function choicesOf(signal: SignalChoice | undefined): readonly { value: string; label: string }[] | undefined {
  if (signal?.name === 'time.dayOfWeek') return dayChoices
  if (signal?.form === 'country') {
    countries ??= [...countryCodes].map((value) => ({ value, label: countryName(value) })).sort((a, b) => a.label.localeCompare(b.label))
    return countries
  }
  return signal?.values?.map((value) => ({ value, label: value }))
}
