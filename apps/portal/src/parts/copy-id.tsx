import { useState } from 'react'
import { Icon } from './icon.tsx'
import { UserText } from './user-text.tsx'

/** An id that can be copied whole, also where there is only room for its beginning. `label` says what it is the id of. */
export function CopyId({ id, label, className = '' }: { id: string; label: string; className?: string }) {
  const [isCopied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(id)
    setCopied(true)
    setTimeout(() => setCopied(false), 1500)
  }
  return (
    <span className={`inline-flex max-w-full items-center gap-1 align-bottom ${className}`}>
      <span className="truncate font-mono text-xs" title={id}>
        <UserText>{id}</UserText>
      </span>
      <button
        type="button"
        onClick={copy}
        aria-label={isCopied ? 'Copied' : `Copy ${label}`}
        title={`Copy ${label}`}
        className="inline-flex size-6 shrink-0 items-center justify-center rounded-sm text-soft hover:bg-hover hover:text-ink"
      >
        <Icon name={isCopied ? 'check' : 'copy'} className="size-3.5" />
      </button>
    </span>
  )
}
