import { type ErrorCode, type Failure, failure } from './result.ts'

export interface ClientApi {
  tenantId: string
  /** The server's address with `/v1`. */
  baseUrl: string
  onTokenExpired: (() => void) | undefined
}

/** Calls the client API with the token, or without one in the name of the tenant. Never rejects. */
export async function call<T extends object>(
  api: ClientApi,
  path: string,
  { token, body, signal }: { token?: string; body?: object; signal?: AbortSignal },
): Promise<T | Failure> {
  let answer: unknown
  try {
    const response = await fetch(`${api.baseUrl.replace(/\/+$/, '')}/client/${path}`, {
      method: body ? 'POST' : 'GET',
      headers: {
        authorization: token ? `Bearer ${token}` : `Basic ${btoa(`${encodeURIComponent(api.tenantId)}:`)}`,
        'content-type': 'application/json',
      },
      body: body && JSON.stringify(body),
      signal,
    })
    answer = await response.json()
    if (response.ok) return answer as T
  } catch (error) {
    return signal?.aborted ? failure('aborted', 'the call was aborted') : failure('network_error', String(error))
  }
  const { errorCode = 'network_error', errorDescription = 'the server answered without an error description' } = (answer ??
    {}) as Partial<Failure>
  if (errorCode === 'expired_token') api.onTokenExpired?.()
  return failure(errorCode as ErrorCode, errorDescription)
}

export function isFailure(value: object): value is Failure {
  return 'errorCode' in value
}
