import type { ReactNode } from 'react'
import { Icon } from './icon.tsx'

/** A filter that is in force, or a short fact. With `onRemove` it can be taken away. */
export function Chip({
  children,
  onRemove,
  removeLabel = 'Remove the filter',
}: {
  children: ReactNode
  onRemove?: () => void
  removeLabel?: string
}) {
  return (
    <span className="inline-flex h-6 max-w-full items-center gap-1 rounded-full border bg-surface pl-2.5 text-xs">
      <span className={`truncate ${onRemove ? '' : 'pr-2.5'}`}>{children}</span>
      {onRemove && (
        <button
          type="button"
          onClick={onRemove}
          aria-label={removeLabel}
          title={removeLabel}
          className="inline-flex size-6 items-center justify-center rounded-full text-soft hover:bg-hover hover:text-ink"
        >
          <Icon name="close" className="size-3" />
        </button>
      )}
    </span>
  )
}
