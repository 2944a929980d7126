import { Switch as Base } from '@base-ui/react/switch'
import { useId } from 'react'

/** Something that is on or off, and takes effect at once. */
export function Switch({
  label,
  checked,
  onChecked,
  disabled,
}: {
  label: string
  checked: boolean
  onChecked: (on: boolean) => void
  disabled?: boolean
}) {
  const id = useId()
  return (
    <span className="inline-flex items-center gap-2 text-sm">
      <Base.Root
        aria-labelledby={id}
        checked={checked}
        onCheckedChange={onChecked}
        disabled={disabled}
        className="inline-flex h-5 w-9 shrink-0 items-center rounded-full border border-line-strong bg-unknown-tint p-0.5 data-checked:border-accent data-checked:bg-accent data-disabled:opacity-50"
      >
        <Base.Thumb className="size-3.5 rounded-full bg-line-strong transition-transform data-checked:translate-x-4 data-checked:bg-on-accent" />
      </Base.Root>
      <span id={id}>{label}</span>
    </span>
  )
}
