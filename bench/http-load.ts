import { connect, type Socket } from 'node:net'

export interface LoadResult {
  requests: number
  seconds: number
  /** Requests per second. */
  rate: number
  /** Milliseconds, sorted. */
  latencies: Float64Array
}

export interface LoadOptions {
  port: number
  connections: number
  seconds: number
  /** The next complete request, as bytes. Called in the order of sending. */
  nextRequest: () => Buffer
  /** Requests per second to send, independent of the replies. Absent: as fast as replies arrive. */
  rate?: number
  /** With a `rate`: when the request was due, in milliseconds from the start, and how long it took. */
  onAnswer?: (due: number, latency: number) => void
}

/**
 * Sends requests over kept connections and measures the replies. It uses bare sockets, because a full HTTP client costs as much as the server
 * under test. Any reply other than 200 ends the run.
 *
 * With a `rate`, latency counts from the moment a request was due, so that a stall also shows in the requests it delayed
 * (Tene, "coordinated omission").
 */
export async function load(options: LoadOptions): Promise<LoadResult> {
  const lanes = await openLanes(options.port, options.connections)
  const latencies: number[] = []
  const startedAt = performance.now()
  const endsAt = startedAt + options.seconds * 1000
  if (options.rate === undefined) {
    await closedLoop(lanes, endsAt, latencies, (lane) => lane.send(options.nextRequest()))
  } else {
    await openLoop(lanes, options, options.rate, endsAt, latencies)
  }
  return toResult(lanes, startedAt, latencies)
}

/** Like `load` without a rate, for work of several requests: each round of `work` on a connection counts once. */
export async function loadFlows(
  options: Pick<LoadOptions, 'port' | 'connections' | 'seconds'>,
  work: (lane: Lane) => Promise<unknown>,
): Promise<LoadResult> {
  const lanes = await openLanes(options.port, options.connections)
  const latencies: number[] = []
  const startedAt = performance.now()
  await closedLoop(lanes, startedAt + options.seconds * 1000, latencies, work)
  return toResult(lanes, startedAt, latencies)
}

export function percentile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

function toResult(lanes: readonly Lane[], startedAt: number, latencies: number[]): LoadResult {
  const seconds = (performance.now() - startedAt) / 1000
  for (const lane of lanes) lane.close()
  return { requests: latencies.length, seconds, rate: latencies.length / seconds, latencies: Float64Array.from(latencies).sort() }
}

async function closedLoop(
  lanes: readonly Lane[],
  endsAt: number,
  latencies: number[],
  work: (lane: Lane) => Promise<unknown>,
): Promise<void> {
  await Promise.all(
    lanes.map(async (lane) => {
      for (let now = performance.now(); now < endsAt; ) {
        const sentAt = now
        await work(lane)
        now = performance.now()
        latencies.push(now - sentAt)
      }
    }),
  )
}

async function openLoop(lanes: readonly Lane[], options: LoadOptions, rate: number, endsAt: number, latencies: number[]): Promise<void> {
  const idle = [...lanes]
  const startedAt = performance.now()
  let due = 0
  let sent = 0
  let answered = 0
  let failure: unknown
  const dispatch = (): void => {
    while (sent < due) {
      // In turns: a connection that has nothing to do for a minute is closed.
      const lane = idle.shift()
      if (lane === undefined) return
      const dueAt = startedAt + (sent / rate) * 1000
      sent++
      lane.send(options.nextRequest()).then(
        () => {
          const latency = performance.now() - dueAt
          latencies.push(latency)
          options.onAnswer?.(dueAt - startedAt, latency)
          answered++
          idle.push(lane)
          dispatch()
        },
        (error) => {
          failure = error
        },
      )
    }
  }
  for (let now = startedAt; now < endsAt && failure === undefined; now = performance.now()) {
    due = Math.floor(((now - startedAt) / 1000) * rate)
    dispatch()
    await pause()
  }
  for (const givenUpAt = performance.now() + 30_000; answered < due && performance.now() < givenUpAt && failure === undefined; )
    await pause()
  if (failure !== undefined) throw failure
  if (answered < due) throw new Error(`${due - answered} requests were not answered within 30 s`)
}

function pause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 1)
  })
}

/** One connection: one request at a time. */
export interface Lane {
  /** Resolves with the reply, headers and body. Rejects for a status other than 200. */
  send(request: Buffer): Promise<Answer>
  close(): void
}

export interface Answer {
  head: string
  body: Buffer
}

const headerEnd = Buffer.from('\r\n\r\n')
const contentLength = /content-length: *(\d+)/i
const chunked = /transfer-encoding: *chunked/i

export function openLanes(port: number, count: number): Promise<Lane[]> {
  return Promise.all(Array.from({ length: count }, () => openLane(port)))
}

async function openLane(port: number): Promise<Lane> {
  const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  let pending: Buffer = Buffer.alloc(0)
  let waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined
  let isClosed = false
  const fail = (error: Error): void => waiting?.reject(error)
  socket.on('data', (chunk: Buffer) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
    const headLength = pending.indexOf(headerEnd)
    if (headLength === -1) return
    const head = pending.toString('latin1', 0, headLength)
    const found = readBody(head, pending.subarray(headLength + 4))
    if (found === undefined) return
    const { body, rest } = found
    pending = rest
    const { resolve, reject } = waiting ?? {}
    waiting = undefined
    if (head.startsWith('HTTP/1.1 200')) resolve?.({ head, body })
    else reject?.(new Error(`the server answered ${head.slice(0, head.indexOf('\r'))}: ${body.toString()}`))
  })
  socket.on('error', fail)
  socket.on('close', () => {
    isClosed = true
    fail(new Error('the server closed the connection'))
  })
  return {
    send: (request) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject }
        if (isClosed) fail(new Error('the server had closed the connection'))
        else socket.write(request)
      }),
    close: () => socket.destroy(),
  }
}

/** Splits the bytes after the headers into the body and what follows it. `undefined`: the body is incomplete. */
function readBody(head: string, bytes: Buffer): { body: Buffer; rest: Buffer } | undefined {
  const length = contentLength.exec(head)?.[1]
  if (length !== undefined || !chunked.test(head)) {
    const end = Number(length ?? 0)
    return bytes.length < end ? undefined : { body: bytes.subarray(0, end), rest: bytes.subarray(end) }
  }
  const parts: Buffer[] = []
  for (let at = 0; ; ) {
    const sizeEnd = bytes.indexOf('\r\n', at)
    const size = Number.parseInt(bytes.toString('latin1', at, sizeEnd), 16)
    const end = sizeEnd + 2 + size
    if (sizeEnd === -1 || bytes.length < end + 2) return undefined
    if (size === 0) return { body: Buffer.concat(parts), rest: bytes.subarray(end + 2) }
    parts.push(bytes.subarray(sizeEnd + 2, end))
    at = end + 2
  }
}
