/** Something that holds or does not, and takes effect with the form that it is in. */
export function Checkbox({
  label,
  checked,
  onChecked,
  disabled,
}: {
  label: React.ReactNode
  checked: boolean
  onChecked: (on: boolean) => void
  disabled?: boolean
}) {
  return (
    <label className="inline-flex min-h-6 items-center gap-2 text-sm">
      <input
        type="checkbox"
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChecked(event.target.checked)}
        className="size-4 accent-accent"
      />
      {label}
    </label>
  )
}
