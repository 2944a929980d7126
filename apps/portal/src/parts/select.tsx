import { controlClasses, Field, type FieldProps } from './field.tsx'

interface Props<T extends string> extends FieldProps {
  value: T
  onValue: (value: T) => void
  options: readonly { value: T; label: string }[]
  disabled?: boolean
}

/** The browser's own list: it works with every keyboard, finger and screen reader. */
export function Select<T extends string>({ value, onValue, options, disabled, ...field }: Props<T>) {
  return (
    <Field {...field}>
      {(given) => (
        <select
          {...given}
          value={value}
          disabled={disabled}
          onChange={(event) => onValue(event.target.value as T)}
          className={controlClasses}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}
