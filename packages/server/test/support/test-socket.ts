import type { IncomingMessage } from 'node:http'
import { WebSocket } from 'ws'

export interface SocketMessage {
  type: string
  data: Record<string, string>
}

/** Test support: a WebSocket as a page has it. */
export interface TestSocket {
  protocol: string
  send(message: object | string): void
  /** Makes a QR code. */
  create(actionCode: string, custom?: object): void
  /** The next message, waiting for it. */
  next(): Promise<SocketMessage>
  /** Resolves with the code and reason that the connection ends with. */
  closed: Promise<[code: number, reason: string]>
  close(): void
}

/** Opens a WebSocket; resolves with the refusal when the server answers with one. */
export async function openSocket(
  url: string,
  protocols: readonly string[],
  headers: Record<string, string> = {},
): Promise<TestSocket | { status: number; body: Record<string, unknown> }> {
  const socket = new WebSocket(url, [...protocols], { headers })
  const messages: SocketMessage[] = []
  const waiting: ((message: SocketMessage) => void)[] = []
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(String(data))
    const next = waiting.shift()
    if (next === undefined) messages.push(message)
    else next(message)
  })
  socket.on('error', () => undefined)
  const closed = new Promise<[number, string]>((resolve) => socket.on('close', (code, reason) => resolve([code, String(reason)])))
  const response = await new Promise<IncomingMessage | undefined>((resolve) => {
    socket.on('open', () => resolve(undefined))
    socket.on('unexpected-response', (_request, given: IncomingMessage) => resolve(given))
  })
  if (response !== undefined) {
    const parts: Buffer[] = []
    for await (const part of response) parts.push(part)
    socket.terminate()
    return { status: response.statusCode ?? 0, body: JSON.parse(String(Buffer.concat(parts))) }
  }
  return {
    protocol: socket.protocol,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    create: (actionCode, custom) =>
      socket.send(JSON.stringify({ type: 'CREATE_CHALLENGE', data: { challengeType: 'QR_CODE', actionCode, custom } })),
    next: () => {
      const message = messages.shift()
      return message === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(message)
    },
    closed,
    close: () => socket.close(),
  }
}
