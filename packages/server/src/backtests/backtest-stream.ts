import { Readable } from 'node:stream'
import type { z } from 'zod'
import type { ErrorBody } from '../http/error-reply.ts'
import type { backtestResult } from './backtest-json.ts'
import type { Progress } from './history-job.ts'

/** A line of the stream, which is newline-delimited JSON. The last one is a result or an error. */
export type BacktestLine =
  | { type: 'progress'; done: number; instances: number }
  | { type: 'result'; result: z.infer<typeof backtestResult> }
  | ({ type: 'error' } & ErrorBody)

/** The lines of a backtest as they come. A reader that stops ends the backtest. */
export function streamBacktest(
  abort: AbortController,
  refuse: (error: unknown) => ErrorBody,
  run: (onProgress: (progress: Progress) => void) => Promise<z.infer<typeof backtestResult>>,
): Readable {
  const stream = new Readable({
    read() {},
    destroy(error, done) {
      abort.abort()
      done(error)
    },
  })
  const write = (line: BacktestLine) => {
    if (!stream.destroyed) stream.push(`${JSON.stringify(line)}\n`)
  }
  // Old progress is of no use to a slow reader, so at most a few lines wait.
  const work = run(({ done, instances }) => {
    if (stream.readableLength < 4096) write({ type: 'progress', done: Math.round(done * 1e4) / 1e4, instances })
  })
  work
    .then((result) => write({ type: 'result', result }))
    .catch((error: unknown) => write({ type: 'error', ...refuse(error) }))
    .finally(() => stream.push(null))
  return stream
}
