'use client'

import { type ReactNode, useId } from 'react'
import styles from './dialog.module.css'
import ui from './ui.module.css'

interface CodeFieldProps {
  label: string
  value: string
  /** What the keyboard of a phone shows. */
  kind: 'digits' | 'text'
  hint?: ReactNode
  onChange(value: string): void
}

/** A field for a code that the customer types. */
export function CodeField({ label, value, kind, hint, onChange }: CodeFieldProps) {
  const id = useId()
  return (
    <p className={styles.code}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className={ui.input}
        value={value}
        inputMode={kind === 'digits' ? 'numeric' : 'text'}
        autoComplete={kind === 'digits' ? 'one-time-code' : 'off'}
        autoCapitalize="characters"
        spellCheck={false}
        maxLength={kind === 'digits' ? 12 : 40}
        // biome-ignore lint/a11y/noAutofocus: the field appears because the customer asked for it
        autoFocus
        onChange={(event) => onChange(event.target.value)}
      />
      {hint && <span className={styles.hint}>{hint}</span>}
    </p>
  )
}

/** Said wherever this demo asks for a code by mail. */
export const outboxHint = 'This bank sends no real mail: the code is in the portal of Sallyport, under Outbox.'
