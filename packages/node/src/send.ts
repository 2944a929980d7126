import { type ConnectionOptions, checkConnection, explainRefusal } from './check-connection.ts'
import { SallyportError, type SallyportErrorDetails } from './sallyport-error.ts'
import { version } from './version.ts'

export interface Connection extends ConnectionOptions {
  timeoutInMilliseconds: number
  retries: number
  fetch: typeof fetch
}

export interface CallOptions {
  /** Ends the call, its retries and the waits between them. The promise rejects with the signal's reason. */
  signal?: AbortSignal
}

export interface Call extends CallOptions {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Already encoded: see `path`. */
  path: string
  query?: Record<string, string | number | undefined>
  body?: unknown
  /** Whether a second call has no further effect. True for every GET. */
  isRepeatable?: boolean
}

/** Longer waits are left to the caller: the error says how long. */
const longestWaitInSeconds = 10

/** Joins path segments, each encoded: a user id such as `auth0|a/b` stays one segment. */
export function path(...segments: string[]): string {
  return segments.map((segment) => `/${encodeSegment(segment)}`).join('')
}

function encodeSegment(segment: string): string {
  // The URL parser would resolve a segment of dots, encoded or not, to another resource.
  if (segment === '' || segment === '.' || segment === '..') {
    throw new SallyportError({ code: 'invalid_request', statusCode: 0, description: `an id cannot be \`${segment}\`` })
  }
  return encodeURIComponent(segment)
}

/**
 * Sends one call and returns the JSON of its reply.
 *
 * Retries with growing waits, only where that is safe: when the server refused the call unread (429), and, for a repeatable call, when there was
 * no reply or the server failed (5xx).
 */
export async function send<T>(connection: Connection, call: Call): Promise<T> {
  const request = toRequest(connection, call)
  for (let attempt = 0; ; attempt++) {
    try {
      return (await sendOnce(connection, request, call.signal)) as T
    } catch (error) {
      const wait = attempt < connection.retries ? waitBeforeRetry(error, call, attempt) : undefined
      if (wait === undefined) throw error
      await sleep(wait, call.signal)
    }
  }
}

interface WireRequest {
  apiUrl: string
  url: string
  init: RequestInit
}

function toRequest(connection: Connection, call: Call): WireRequest {
  const { apiSecretKey, apiUrl } = checkConnection(connection)
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(call.query ?? {})) if (value !== undefined) query.set(name, String(value))
  const suffix = query.toString() === '' ? '' : `?${query}`

  const headers: Record<string, string> = {
    accept: 'application/json',
    authorization: `Basic ${btoa(`${apiSecretKey}:`)}`,
    'user-agent': `sallyport-node/${version}`,
  }
  const init: RequestInit = {
    method: call.method,
    headers,
    // A decision must never come from a framework's cache, and the key must never follow a redirect.
    cache: 'no-store',
    redirect: 'manual',
  }
  if (call.body !== undefined) {
    headers['content-type'] = 'application/json'
    init.body = JSON.stringify(call.body)
  }
  return { apiUrl, url: `${apiUrl}${call.path}${suffix}`, init }
}

async function sendOnce(connection: Connection, { apiUrl, url, init }: WireRequest, signal: AbortSignal | undefined): Promise<unknown> {
  signal?.throwIfAborted()
  // By hand, because Node 18 has no AbortSignal.any.
  const controller = new AbortController()
  const abort = () => controller.abort()
  const timer = setTimeout(abort, connection.timeoutInMilliseconds)
  signal?.addEventListener('abort', abort, { once: true })
  try {
    const response = await connection.fetch(url, { ...init, signal: controller.signal })
    return readAnswer(apiUrl, response, await response.text())
  } catch (cause) {
    if (cause instanceof SallyportError) throw cause
    signal?.throwIfAborted()
    throw controller.signal.aborted
      ? new SallyportError({
          code: 'timeout',
          statusCode: 0,
          description: `no answer within ${connection.timeoutInMilliseconds} ms`,
          cause,
        })
      : new SallyportError({
          code: 'network_error',
          statusCode: 0,
          description: `cannot reach the server at \`${new URL(url).origin}\``,
          cause,
        })
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}

function readAnswer(apiUrl: string, response: Response, text: string): unknown {
  const body = parseJson(text)
  const requestId = textOf(body?.requestId) ?? response.headers.get('x-request-id') ?? undefined
  if (response.ok && body !== undefined) return body

  const code = textOf(body?.errorCode) ?? textOf(body?.error)
  if (response.ok || code === undefined) {
    throw new SallyportError({
      code: 'unexpected_response',
      statusCode: response.status,
      description: `\`${new URL(apiUrl).origin}\` answered ${response.status} without Sallyport's JSON: check that \`apiUrl\` is your server's address with \`/v1\``,
      requestId,
      retryAfterSeconds: retryAfter(response),
    })
  }
  const refusal: SallyportErrorDetails = {
    // A newer server may send codes that are not in this list.
    code: code as SallyportError['code'],
    statusCode: response.status,
    description: textOf(body?.errorDescription) ?? code,
    requestId,
    retryAfterSeconds: retryAfter(response),
  }
  throw new SallyportError(explainRefusal(apiUrl, refusal) ?? refusal)
}

function parseJson(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** RFC 9110, "Retry-After": seconds, or a date. */
function retryAfter(response: Response): number | undefined {
  const value = response.headers.get('retry-after')
  if (value === null) return undefined
  if (/^\d+$/.test(value)) return Number(value)
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : Math.max(0, (date - Date.now()) / 1000)
}

/** The milliseconds to wait before a retry. `undefined`: no retry. */
function waitBeforeRetry(error: unknown, call: Call, attempt: number): number | undefined {
  if (!(error instanceof SallyportError)) return undefined
  const isRepeatable = call.method === 'GET' || call.isRepeatable === true
  const isWorthIt =
    error.statusCode === 429 || (isRepeatable && (error.code === 'network_error' || error.code === 'timeout' || error.statusCode >= 500))
  if (!isWorthIt) return undefined
  if (error.retryAfterSeconds !== undefined) {
    return error.retryAfterSeconds <= longestWaitInSeconds ? error.retryAfterSeconds * 1000 : undefined
  }
  return 100 * 2 ** attempt * (0.5 + Math.random())
}

function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort)
      resolve()
    }, milliseconds)
    if (signal?.aborted) abort()
    else signal?.addEventListener('abort', abort, { once: true })
  })
}
