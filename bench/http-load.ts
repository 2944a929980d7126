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
  /** The next request, whole, as bytes. Called in the order of sending. */
  nextRequest: () => Buffer
  /** Requests per second to send, whatever the answers do; absent = as fast as answers come. */
  rate?: number
}

/**
 * Sends requests over kept connections and measures the answers. Written on bare sockets, because a full HTTP client costs as much as the
 * server under test. Any answer but a 200 ends the run.
 *
 * With a `rate`, latency is counted from the moment a request was due, so that a stall is not hidden by the requests it kept back
 * (Tene, "coordinated omission").
 */
export async function load(options: LoadOptions): Promise<LoadResult> {
  const lanes = await Promise.all(Array.from({ length: options.connections }, () => openLane(options.port)))
  const latencies: number[] = []
  const startedAt = performance.now()
  const endsAt = startedAt + options.seconds * 1000
  await (options.rate === undefined
    ? closedLoop(lanes, options, endsAt, latencies)
    : openLoop(lanes, options, options.rate, endsAt, latencies))
  const seconds = (performance.now() - startedAt) / 1000
  for (const lane of lanes) lane.socket.destroy()
  return { requests: latencies.length, seconds, rate: latencies.length / seconds, latencies: Float64Array.from(latencies).sort() }
}

export function percentile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

async function closedLoop(lanes: Lane[], options: LoadOptions, endsAt: number, latencies: number[]): Promise<void> {
  await Promise.all(
    lanes.map(async (lane) => {
      while (performance.now() < endsAt) {
        const sentAt = performance.now()
        await lane.send(options.nextRequest())
        latencies.push(performance.now() - sentAt)
      }
    }),
  )
}

async function openLoop(lanes: Lane[], options: LoadOptions, rate: number, endsAt: number, latencies: number[]): Promise<void> {
  const idle = [...lanes]
  const due: number[] = []
  const startedAt = performance.now()
  let scheduled = 0
  let open = 0
  const dispatch = (): void => {
    while (idle.length > 0 && due.length > 0) {
      const lane = idle.pop() as Lane
      const dueAt = due.shift() as number
      open++
      lane.send(options.nextRequest()).then(() => {
        latencies.push(performance.now() - dueAt)
        open--
        idle.push(lane)
        dispatch()
      })
    }
  }
  while (performance.now() < endsAt) {
    const wanted = Math.floor(((performance.now() - startedAt) / 1000) * rate)
    for (; scheduled < wanted; scheduled++) due.push(startedAt + (scheduled / rate) * 1000)
    dispatch()
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  for (const givenUpAt = performance.now() + 10_000; open > 0 && performance.now() < givenUpAt; )
    await new Promise((resolve) => setTimeout(resolve, 1))
}

interface Lane {
  socket: Socket
  send: (request: Buffer) => Promise<void>
}

const headerEnd = Buffer.from('\r\n\r\n')

async function openLane(port: number): Promise<Lane> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  let pending: Buffer = Buffer.alloc(0)
  let answered: { resolve: () => void; reject: (error: Error) => void } | undefined
  socket.on('data', (chunk: Buffer) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
    const headLength = pending.indexOf(headerEnd)
    if (headLength === -1) return
    const head = pending.toString('latin1', 0, headLength)
    const bodyLength = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
    const total = headLength + 4 + bodyLength
    if (pending.length < total) return
    const body = pending.toString('utf8', headLength + 4, total)
    pending = pending.subarray(total)
    const waiting = answered
    answered = undefined
    if (head.startsWith('HTTP/1.1 200')) waiting?.resolve()
    else waiting?.reject(new Error(`the server answered ${head.split('\r\n')[0]}: ${body}`))
  })
  socket.on('error', (error) => answered?.reject(error))
  return {
    socket,
    send: (request) =>
      new Promise((resolve, reject) => {
        answered = { resolve, reject }
        socket.write(request)
      }),
  }
}
