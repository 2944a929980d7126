import { type ReactNode, useId } from 'react'

/** What is the same for every field: its name, a word of help, and what is wrong with it. */
export interface FieldProps {
  label: string
  /** The label is for assistive technology only: the place says what it is. */
  isLabelHidden?: boolean
  hint?: ReactNode
  error?: string | undefined
  className?: string
}

interface Given {
  id: string
  'aria-describedby': string | undefined
  'aria-invalid': true | undefined
}

export const controlClasses =
  'h-8 w-full rounded-md border border-line-strong bg-surface px-2.5 text-sm placeholder:text-soft hover:border-ink aria-invalid:border-block disabled:opacity-50'

export function Field({
  label,
  isLabelHidden = false,
  hint,
  error,
  className = '',
  children,
}: FieldProps & { children: (given: Given) => ReactNode }) {
  const id = useId()
  const told = error ?? hint
  return (
    <div className={`min-w-0 ${className}`}>
      <label htmlFor={id} className={isLabelHidden ? 'sr-only' : 'mb-1 block text-sm font-medium'}>
        {label}
      </label>
      {children({
        id,
        'aria-describedby': told === undefined ? undefined : `${id}-told`,
        'aria-invalid': error === undefined ? undefined : true,
      })}
      {told !== undefined && (
        <p
          id={`${id}-told`}
          role={error === undefined ? undefined : 'alert'}
          className={`mt-1 text-xs ${error === undefined ? 'text-soft' : 'text-block'}`}
        >
          {told}
        </p>
      )}
    </div>
  )
}
