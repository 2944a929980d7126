import { useEffect, useState } from 'react'
import { TextField } from './text-field.tsx'

/** Milliseconds without a key until what was typed is searched for. */
const quiet = 350

/** A field that filters what stands below it: a moment after the last key, or at once with Enter. Keep `value` in the address (`useParam`). */
export function FilterField({
  label,
  value,
  onValue,
  placeholder,
  className,
}: {
  label: string
  value: string
  onValue: (value: string) => void
  placeholder?: string
  className?: string
}) {
  const [typed, setTyped] = useState(value)
  useEffect(() => setTyped(value), [value])
  useEffect(() => {
    if (typed === value) return
    const timer = setTimeout(() => onValue(typed.trim()), quiet)
    return () => clearTimeout(timer)
  }, [typed, value, onValue])
  return (
    <TextField
      label={label}
      isLabelHidden
      type="search"
      value={typed}
      onValue={setTyped}
      placeholder={placeholder ?? label}
      onKeyDown={(event) => event.key === 'Enter' && onValue(typed.trim())}
      {...(className === undefined ? {} : { className })}
    />
  )
}
