import type { ReactNode } from 'react'
import { Button } from '../../parts/button.tsx'
import { Problem } from '../../parts/problem.tsx'
import { BacktestView } from './backtest-view.tsx'
import type { useBacktest } from './use-backtest.ts'

export const spans = ['7', '30', '90'] as const
export type Span = (typeof spans)[number]

/** The days, how far it is, and the result. */
export function BacktestRunner({
  backtest: { state, cancel, again },
  days,
  onDays,
  children,
}: {
  backtest: ReturnType<typeof useBacktest>
  days: Span
  onDays: (days: Span) => void
  children?: ReactNode
}) {
  return (
    <div className="space-y-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 text-sm">
        <fieldset className="flex items-center gap-3">
          <legend className="sr-only">How far back</legend>
          {spans.map((span) => (
            <label key={span} className="inline-flex min-h-6 items-center gap-1.5">
              <input type="radio" name="days" checked={span === days} onChange={() => onDays(span)} className="size-4 accent-accent" />
              {span} days
            </label>
          ))}
        </fieldset>
        {state.kind === 'idle' && <Button onClick={again}>Run it</Button>}
        {state.kind === 'done' && (
          <Button look="quiet" icon="refresh" onClick={again}>
            Run it again
          </Button>
        )}
      </div>
      {children}
      {state.kind === 'running' && (
        <div className="flex flex-wrap items-center gap-3 text-sm">
          <progress value={state.done} max={1} aria-label="Backtest" className="h-2 w-48 accent-accent" />
          <span className="text-soft">
            {Math.floor(state.done * 100)} %, {state.instances.toLocaleString()} events
          </span>
          <Button onClick={cancel}>Cancel</Button>
        </div>
      )}
      {state.kind === 'failed' && <Problem what="The backtest did not end" error={state.error} onRetry={again} />}
      {state.kind === 'done' && <BacktestView result={state.result} />}
    </div>
  )
}
