import { errorBody } from '../http/error-reply.ts'
import { ManagementError } from './management-error.ts'

/** The address and the key of a server's management API. */
export interface Remote {
  /** With or without `/v1` at its end. */
  url: string
  managementKey: string
}

export interface ManagementClient {
  get<T>(path: string): Promise<T>
  /** `undefined` for 404. */
  find<T>(path: string): Promise<T | undefined>
  send<T>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<T>
  /** An answer that is read as it comes. */
  open(path: string, options: { headers: Record<string, string>; signal: AbortSignal }): Promise<ReadableStream<Uint8Array>>
}

/** Calls the management API of a running server. */
export function createManagementClient({ url, managementKey }: Remote): ManagementClient {
  return createClient(`${rootOf(url)}/v1/management`, managementKey, 'management API')
}

/** Calls the server API of a running server. */
export function createServerClient({ url, secretKey }: { url: string; secretKey: string }): ManagementClient {
  return createClient(`${rootOf(url)}/v1`, secretKey, 'server API')
}

function rootOf(url: string): string {
  return url.replace(/\/+$/, '').replace(/\/v1$/, '')
}

function createClient(base: string, key: string, api: string): ManagementClient {
  const authorization = `Basic ${Buffer.from(`${key}:`).toString('base64')}`

  function ask(path: string, { headers, ...options }: RequestInit & { headers?: Record<string, string> }): Promise<Response> {
    return fetch(base + path, { ...options, headers: { authorization, ...headers } }).catch((cause) => {
      throw new ManagementError(`nothing answers at ${base}`, { cause })
    })
  }

  async function answerOf(response: Response): Promise<{ status: number; answer: unknown }> {
    const answer: unknown = await response.json().catch((cause) => {
      throw new ManagementError(`${base} is not the ${api} of a Sallyport server: it answered ${response.status} without JSON`, {
        cause,
      })
    })
    return { status: response.status, answer }
  }

  async function call(method: string, path: string, body?: unknown): Promise<{ status: number; answer: unknown }> {
    const sent = body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    return answerOf(await ask(path, { method, ...sent }))
  }

  function checked<T>({ status, answer }: { status: number; answer: unknown }, path: string): T {
    if (status < 300) return answer as T
    const refusal = errorBody.safeParse(answer)
    if (!refusal.success) throw new ManagementError(`${base}${path} answers ${status}`)
    const { errorDescription } = refusal.data
    // The server's text is fixed for the sake of other clients, and speaks of regions.
    const isVague = status === 401 && errorDescription.includes('region base URL')
    throw new ManagementError(
      isVague ? `${base} does not accept the key: it is unknown, no longer in force, or of another API` : errorDescription,
    )
  }

  return {
    get: async (path) => checked(await call('GET', path), path),
    find: async (path) => {
      const reply = await call('GET', path)
      return reply.status === 404 ? undefined : checked(reply, path)
    },
    send: async (method, path, body) => checked(await call(method, path, body), path),
    async open(path, options) {
      const response = await ask(path, options)
      if (response.ok && response.body !== null) return response.body
      return checked(await answerOf(response), path)
    },
  }
}
