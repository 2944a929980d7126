import { type ErrorCode, type Failure, failure } from './result.ts'

export interface ClientApi {
  tenantId: string
  /** The server's address with `/v1`. */
  baseUrl: string
  onTokenExpired: (() => void) | undefined
}

/** What the calls of one client share. */
export interface ClientState {
  api: ClientApi
  deviceId: () => string
  /** The token given to `setToken`, or the token of the last call that got one. */
  token: string | undefined
}

/** Calls the client API with the token, or without one in the name of the tenant. Never rejects. */
export async function call<T extends object>(
  api: ClientApi,
  path: string,
  { token, body, signal, useCookies }: { token?: string; body?: object; signal?: AbortSignal; useCookies?: boolean },
): Promise<T | Failure> {
  const baseUrl = api.baseUrl.replace(/\/+$/, '')
  const fault = findFault(api.tenantId, baseUrl)
  if (fault) return failure('invalid_configuration', fault)
  let answer: unknown
  let status = 0
  try {
    const response = await fetch(`${baseUrl}/client/${path}`, {
      method: body ? 'POST' : 'GET',
      headers: {
        authorization: token ? `Bearer ${token}` : `Basic ${btoa(`${encodeURIComponent(api.tenantId)}:`)}`,
        'content-type': 'application/json',
      },
      body: body && JSON.stringify(body),
      signal,
      credentials: useCookies ? 'include' : 'same-origin',
    })
    status = response.status
    answer = await response.json()
    if (response.ok) return answer as T
  } catch (error) {
    return signal?.aborted ? failure('aborted', 'the call was aborted') : failure('network_error', String(error))
  }
  const { errorCode = 'network_error', errorDescription = 'the server answered without an error description' } = (answer ??
    {}) as Partial<Failure>
  if (errorCode === 'expired_token') api.onTokenExpired?.()
  if (status === 404 && !baseUrl.endsWith('/v1')) return failure('invalid_configuration', '`baseUrl` must end with `/v1`')
  // The server's text is fixed for the sake of other clients, and speaks of regions.
  const isVague = status === 401 && errorDescription.includes('region')
  return failure(errorCode as ErrorCode, isVague ? `the server does not accept the ${token ? 'token' : '`tenantId`'}` : errorDescription)
}

/** Why no call can succeed with these options. */
function findFault(tenantId: string, baseUrl: string): string | undefined {
  if (tenantId.startsWith('sallyport_'))
    return '`tenantId` is an API key, which must not reach a browser: replace the key, and use the id of the tenant'
  if (/^https?:/.test(tenantId)) return '`tenantId` is an address: it and `baseUrl` are swapped'
  return /^(https?:\/)?\//.test(baseUrl) ? undefined : '`baseUrl` must begin with `https://` or `http://`'
}

export function isFailure(value: object): value is Failure {
  return 'errorCode' in value
}
