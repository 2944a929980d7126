import { useEffect, useRef, useState } from 'react'
import type { components } from '../../../generated/api-types.ts'
import { openReply } from '../../api/api.ts'
import { ApiFault } from '../../api/api-fault.ts'
import { readLines } from '../../api/read-lines.ts'
import type { Backtest } from './describe-backtest.ts'

export type BacktestDraft = components['schemas']['DraftPolicyInput']

export type BacktestState =
  | { kind: 'idle' }
  | { kind: 'running'; done: number; instances: number }
  | { kind: 'done'; result: Backtest }
  | { kind: 'failed'; error: unknown }

interface Line {
  type?: string
  done?: number
  instances?: number
  result?: Backtest
}

/**
 * Tries a draft on the last so many days, and says how far it is. Begins again when the draft or the days change; ends when the page goes. `isWanted`: begins by
 * itself.
 */
export function useBacktest(actionCode: string, draft: BacktestDraft, days: number, isWanted: boolean) {
  const [state, setState] = useState<BacktestState>({ kind: 'idle' })
  const [tries, setTries] = useState(0)
  const abort = useRef<AbortController>(undefined)
  const text = JSON.stringify(draft)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another try is wanted
  useEffect(() => {
    if (!isWanted) return
    const controller = new AbortController()
    abort.current = controller
    setState({ kind: 'running', done: 0, instances: 0 })
    const body = { draft: JSON.parse(text) as BacktestDraft, from: new Date(Date.now() - days * 86_400_000).toISOString() }
    run(actionCode, body, controller.signal, (next) => controller.signal.aborted || setState(next)).catch((error: unknown) => {
      if (!controller.signal.aborted) setState({ kind: 'failed', error })
    })
    return () => controller.abort()
  }, [actionCode, text, days, isWanted, tries])
  return {
    state,
    cancel: () => {
      abort.current?.abort()
      setState({ kind: 'idle' })
    },
    again: () => setTries(tries + 1),
  }
}

async function run(
  actionCode: string,
  body: { draft: BacktestDraft; from: string },
  signal: AbortSignal,
  tell: (state: BacktestState) => void,
): Promise<void> {
  for await (const given of readLines(await openUnlessBusy(actionCode, body, signal))) {
    const line = given as Line
    if (line.type === 'progress') tell({ kind: 'running', done: line.done ?? 0, instances: line.instances ?? 0 })
    else if (line.type === 'result' && line.result !== undefined) return tell({ kind: 'done', result: line.result })
    else if (line.type === 'error') throw new ApiFault(200, { ...line })
  }
  throw ApiFault.unreachable('get')
}

/** The one that was just cancelled may not have ended yet. */
async function openUnlessBusy(actionCode: string, body: { draft: BacktestDraft; from: string }, signal: AbortSignal): Promise<Response> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await openReply<'post', '/action-configurations/{actionCode}/backtests'>(
        'post',
        '/action-configurations/{actionCode}/backtests',
        {
          path: { actionCode },
          body,
          signal,
          accept: 'application/x-ndjson',
        },
      )
    } catch (error) {
      if (!(error instanceof ApiFault) || error.status !== 429 || tried === 4) throw error
      await new Promise((resolve) => setTimeout(resolve, tried * 400))
      signal.throwIfAborted()
    }
  }
}
