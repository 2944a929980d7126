import { useState } from 'react'
import { Button } from './button.tsx'

/** A piece of code to copy. `title` says where it goes: `server.mjs`. */
export function CodeBlock({ title, code, label }: { title: string; code: string; label: string }) {
  const [isCopied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(code)
    setCopied(true)
    setTimeout(() => setCopied(false), 1500)
  }
  return (
    <figure className="m-0 min-w-0 overflow-hidden rounded-md border bg-surface">
      <figcaption className="flex min-h-9 items-center gap-2 border-b py-0.5 pr-1 pl-3 text-xs text-soft">
        <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">{title}</span>
        <Button
          look="quiet"
          icon={isCopied ? 'check' : 'copy'}
          className="h-7 px-2 text-xs"
          aria-label={isCopied ? `Copied ${label}` : `Copy ${label}`}
          onClick={copy}
        >
          {isCopied ? 'Copied' : 'Copy'}
        </Button>
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard */}
      <section aria-label={label} tabIndex={0} className="max-h-[30rem] overflow-auto p-3">
        <pre dir="ltr" className="font-mono text-xs">
          {code}
        </pre>
      </section>
    </figure>
  )
}
