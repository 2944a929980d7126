/** One of a few, side by side. What is chosen is also said to assistive technology. */
export function Choice<T extends string>({
  label,
  value,
  onValue,
  options,
}: {
  label: string
  value: T
  onValue: (value: T) => void
  options: readonly { value: T; label: string }[]
}) {
  return (
    <fieldset aria-label={label} className="flex rounded-md border border-line-strong">
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onValue(option.value)}
          className={`h-6 border-l border-line-strong px-2 text-xs whitespace-nowrap first:rounded-l-[5px] first:border-l-0 last:rounded-r-[5px] ${option.value === value ? 'bg-tint font-medium text-accent' : 'text-soft hover:bg-hover hover:text-ink'}`}
        >
          {option.label}
        </button>
      ))}
    </fieldset>
  )
}
