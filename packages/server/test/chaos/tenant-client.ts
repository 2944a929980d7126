import { setTimeout as pause } from 'node:timers/promises'
import type { Random } from './random.ts'

/** The outcome of a request. `unknown`: it may have been carried out, or not, or may still be. */
export type Reply = { known: true; status: number; body: Body } | { known: false }
export type Body = Record<string, unknown>

/** One tenant's two ways in: its server with its key, and its users' browsers with their tokens. */
export interface TenantClient {
  readonly tenantId: string
  asServer(method: string, path: string, body?: object): Promise<Reply>
  asBrowser(token: string, path: string, body: object): Promise<Reply>
  asManager(method: string, path: string, body: object): Promise<Reply>
}

export interface TenantKeys {
  tenantId: string
  secretKey: string
  managementKey: string
}

/** Sends each request to one of the servers, whichever. What must never be answered goes to `onFault`. */
export function createTenantClient(
  keys: TenantKeys,
  urls: readonly string[],
  random: Random,
  onFault: (fault: string) => void,
): TenantClient {
  const basic = (key: string) => `Basic ${Buffer.from(`${key}:`).toString('base64')}`

  async function send(method: string, path: string, authorization: string, body: object | undefined): Promise<Reply> {
    try {
      const response = await fetch(`${random.pick(urls)}/v1${path}`, {
        method,
        headers: { authorization, ...(body !== undefined && { 'content-type': 'application/json' }) },
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: AbortSignal.timeout(20_000),
      })
      const answer = (await response.json()) as Body
      // The store may have lost its connection in the middle of a commit.
      if (response.status === 503) return { known: false }
      if (response.status >= 500) onFault(`${method} ${path} was answered with ${response.status}: ${JSON.stringify(answer)}`)
      return { known: true, status: response.status, body: answer }
    } catch {
      // Nobody is there: let the one who starts it again have the processor.
      await pause(2)
      return { known: false }
    }
  }

  return {
    tenantId: keys.tenantId,
    asServer: (method, path, body) => send(method, path, basic(keys.secretKey), body),
    asBrowser: (token, path, body) => send('POST', `/client${path}`, `Bearer ${token}`, body),
    asManager: (method, path, body) => send(method, `/management${path}`, basic(keys.managementKey), body),
  }
}
