import type { Socket } from 'node:net'
import { ApiError } from '../errors/api-error.ts'
import { toErrorReply } from './error-reply.ts'

/** How long a client may take to read why its connection ends, milliseconds. */
const lingerMs = 1_000

/**
 * Answers bytes that never became a request (headers too large, too slow, not HTTP), then ends the connection, also when the client keeps its side
 * open.
 */
export function refuseMalformedConnection(error: NodeJS.ErrnoException, socket: Socket, requestId: string): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const { status, body } = toErrorReply(refusalOf(error), requestId)
  const text = JSON.stringify(body)
  const linger = setTimeout(() => socket.destroy(), lingerMs).unref()
  socket.once('close', () => clearTimeout(linger))
  socket.end(
    `HTTP/1.1 ${status} ${statusText[status] ?? 'Bad Request'}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
  )
}

const statusText: Record<number, string> = { 400: 'Bad Request', 408: 'Request Timeout', 431: 'Request Header Fields Too Large' }

function refusalOf(error: NodeJS.ErrnoException): ApiError {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return new ApiError('headers_too_large', 'the request headers are too large', { cause: error })
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new ApiError('request_timeout', 'the request took too long to arrive', { cause: error })
    default:
      return new ApiError('invalid_request', 'the request is not valid HTTP', { cause: error })
  }
}
