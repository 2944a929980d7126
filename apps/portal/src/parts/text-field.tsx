import type { ComponentProps } from 'react'
import { controlClasses, Field, type FieldProps } from './field.tsx'

type Own = FieldProps & { value: string; onValue: (value: string) => void; isMono?: boolean }

export function TextField({
  label,
  isLabelHidden,
  hint,
  error,
  className,
  onValue,
  isMono = false,
  ...rest
}: Own & Omit<ComponentProps<'input'>, keyof Own>) {
  return (
    <Field {...{ label, isLabelHidden, hint, error, className }}>
      {(given) => (
        <input
          autoComplete="off"
          spellCheck={false}
          {...rest}
          {...given}
          onChange={(event) => onValue(event.target.value)}
          className={`${controlClasses} ${isMono ? 'font-mono text-xs' : ''}`}
        />
      )}
    </Field>
  )
}

export function TextArea({
  label,
  isLabelHidden,
  hint,
  error,
  className,
  onValue,
  isMono = false,
  ...rest
}: Own & Omit<ComponentProps<'textarea'>, keyof Own>) {
  return (
    <Field {...{ label, isLabelHidden, hint, error, className }}>
      {(given) => (
        <textarea
          rows={4}
          spellCheck={false}
          {...rest}
          {...given}
          onChange={(event) => onValue(event.target.value)}
          className={`${controlClasses} h-auto py-1.5 ${isMono ? 'font-mono text-xs' : ''}`}
        />
      )}
    </Field>
  )
}
