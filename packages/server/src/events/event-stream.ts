import { Readable } from 'node:stream'
import type { z } from 'zod'
import type { ErrorBody } from '../http/error-reply.ts'
import type { listedEvent } from './event-json.ts'

/** What a live tail sends, as server-sent events. */
export type StreamMessage =
  | { event: 'tracked' | 'changed'; id: string; data: z.infer<typeof listedEvent> }
  /** The last one: why it ends. */
  | { event: 'end'; data: ErrorBody }

export interface EventStreamSource {
  /** What there is to send. `isBehind`: more is there already. `failure`: why there can be no more. Called again and again, never twice at once. */
  poll(): Promise<{ messages: readonly StreamMessage[]; isBehind: boolean; failure?: ErrorBody }>
  /** Why the stream must end; `undefined`: it may go on. */
  findEnd(): Promise<ErrorBody | undefined>
  /** The stream has ended, by whichever side. */
  onEnd(): void
}

export interface EventStream {
  readable: Readable
  /** Says why, and ends. */
  end(reason: ErrorBody): void
}

const pollMs = 500
const heartbeatMs = 15_000
const checkMs = 2_000
/** While so many bytes wait to be read, nothing more is looked for: the place stays. */
const mostWaiting = 256 * 1024

/** Sends what a source finds until one side ends it. Waits for a slow reader instead of filling memory, and keeps no process alive. */
export function createEventStream(source: EventStreamSource): EventStream {
  let timer: NodeJS.Timeout | undefined
  let lastWritten = performance.now()
  let lastChecked = performance.now()
  let isOver = false

  const readable = new Readable({
    read() {},
    destroy(error, done) {
      stop()
      done(error)
    },
  })

  function stop(): void {
    if (isOver) return
    isOver = true
    clearTimeout(timer)
    source.onEnd()
  }

  function write(text: string): void {
    if (isOver) return
    readable.push(text)
    lastWritten = performance.now()
  }

  function end(reason: ErrorBody): void {
    if (isOver) return
    write(formatMessage({ event: 'end', data: reason }))
    stop()
    readable.push(null)
  }

  async function turn(): Promise<void> {
    const now = performance.now()
    if (now - lastChecked >= checkMs) {
      lastChecked = now
      const reason = await source.findEnd()
      if (reason !== undefined) return end(reason)
    }
    let isBehind = false
    if (readable.readableLength < mostWaiting) {
      const polled = await source.poll()
      if (polled.messages.length > 0) write(polled.messages.map(formatMessage).join(''))
      if (polled.failure !== undefined) return end(polled.failure)
      isBehind = polled.isBehind
    }
    if (performance.now() - lastWritten >= heartbeatMs) write(':\n\n')
    if (!isOver) timer = setTimeout(() => void turn(), isBehind ? 0 : pollMs).unref()
  }

  // The headers go out at once, and the client knows how long to wait before it comes again.
  write('retry: 2000\n\n')
  timer = setTimeout(() => void turn(), 0).unref()
  return { readable, end }
}

function formatMessage(message: StreamMessage): string {
  const id = message.event === 'end' ? '' : `id: ${message.id}\n`
  return `${id}event: ${message.event}\ndata: ${JSON.stringify(message.data)}\n\n`
}
