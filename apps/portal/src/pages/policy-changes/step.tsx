import { type ReactNode, useId, useState } from 'react'
import { Icon } from '../../parts/icon.tsx'

export type StepState = 'holds' | 'fails' | 'look' | 'running' | 'todo' | 'none'

const shapes: Record<StepState, ReactNode> = {
  holds: <Icon name="check" className="text-allow" />,
  fails: <Icon name="warning" className="text-block" />,
  look: <Icon name="info" className="text-challenge" />,
  running: <Icon name="clock" className="text-soft" />,
  todo: <Icon name="right" className="text-soft" />,
  none: <span className="inline-block w-4 text-center leading-4 text-soft">–</span>,
}
const words: Record<StepState, string> = {
  holds: 'holds',
  fails: 'fails',
  look: 'to be looked at',
  running: 'running',
  todo: 'to do',
  none: 'nothing to check',
}

/** One step on the way: open when there is something to look at, one line when it holds. */
export function Step(props: {
  number: number
  title: string
  state: StepState
  summary: ReactNode
  isOpen: boolean
  children?: ReactNode
}) {
  const { number, title, state, summary, isOpen, children } = props
  const id = useId()
  const [chosen, setChosen] = useState<boolean>()
  const isShown = chosen ?? isOpen
  return (
    <section aria-labelledby={id} className="border-t py-3 last:border-b">
      <div className="flex items-start gap-3">
        <span className="mt-1">
          {shapes[state]}
          <span className="sr-only">{words[state]}</span>
        </span>
        <h2 id={id} className="min-w-0 flex-1">
          <button
            type="button"
            aria-expanded={isShown}
            disabled={children === undefined}
            onClick={() => setChosen(!isShown)}
            className="flex w-full flex-wrap items-baseline gap-x-3 text-left"
          >
            <span className="font-semibold">
              {number}. {title}
            </span>
            <span className="min-w-0 flex-1 basis-60 text-sm font-normal text-soft">{summary}</span>
            {children !== undefined && <Icon name={isShown ? 'down' : 'right'} className="self-center text-soft" />}
          </button>
        </h2>
      </div>
      {isShown && children !== undefined && <div className="mt-2 narrow:pl-7">{children}</div>}
    </section>
  )
}
