import { type ReactNode, useState } from 'react'
import { Icon } from '../../parts/icon.tsx'

/** One step of the checklist: a line when it was done before, open when it was not. It does not close while somebody is in it. */
export function Step({
  number,
  title,
  note,
  isDone,
  children,
}: {
  number: number
  title: string
  note?: ReactNode
  isDone: boolean
  children: ReactNode
}) {
  const [wasDone] = useState(isDone)
  return (
    <li className="border-b">
      <details open={!wasDone} className="group">
        <summary className="flex min-h-11 list-none items-center gap-3 py-2 [&::-webkit-details-marker]:hidden">
          <span
            aria-hidden="true"
            className={`flex size-6 shrink-0 items-center justify-center rounded-full border text-xs font-semibold ${isDone ? 'border-allow bg-allow-tint text-allow' : 'border-line-strong text-soft'}`}
          >
            {isDone ? <Icon name="check" className="size-3.5" /> : number}
          </span>
          <h2 className="min-w-0 flex-1 font-semibold narrow:flex-none">{title}</h2>
          <span className="hidden min-w-0 flex-1 truncate text-sm text-soft narrow:block">{note}</span>
          {isDone && <span className="text-xs font-medium text-allow">Done</span>}
          <Icon name="down" className="text-soft group-open:rotate-180" />
        </summary>
        <div className="space-y-3 pb-5 narrow:pl-9">{children}</div>
      </details>
    </li>
  )
}
