import { type ReactNode, useEffect, useRef } from 'react'

let isFirst = true

interface Props {
  title: string
  /** The first sentence: what is the case, before anything can be done about it. */
  sentence?: ReactNode
  actions?: ReactNode
  /** A link back to what this is part of. */
  above?: ReactNode
  children: ReactNode
}

/** What every page is: a title, one sentence that is the answer, what can be done, and the rest. Moves the focus to its title after a navigation. */
export function Page({ title, sentence, actions, above, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} – Sallyport`
  }, [title])
  useEffect(() => {
    // Where a page is opened by its address, the browser begins at the top by itself.
    if (!isFirst) heading.current?.focus({ preventScroll: true })
    isFirst = false
  }, [])
  return (
    <div className="mx-auto max-w-[1440px] px-4 pt-4 pb-16 narrow:px-6">
      {above && <div className="mb-1 text-sm">{above}</div>}
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-72">
          <h1 ref={heading} tabIndex={-1} className="text-xl font-semibold tracking-tight [overflow-wrap:anywhere]">
            {title}
          </h1>
          {sentence !== undefined && <p className="mt-0.5 max-w-[80ch] text-pretty text-soft">{sentence}</p>}
        </div>
        {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
      </div>
      <div className="mt-4">{children}</div>
    </div>
  )
}
