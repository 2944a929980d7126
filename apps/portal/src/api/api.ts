import type { paths } from '../../generated/api-types.ts'
import { ApiFault } from './api-fault.ts'
import { prove } from './prove.ts'
import { goToSignIn } from './sign-in.ts'
import { type Given, urlOf } from './url-of.ts'

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'
type Json<T> = T extends { content: { 'application/json': infer Body } } ? Body : undefined

/** The paths that have a method. */
export type PathOf<M extends Method> = { [P in keyof paths]: paths[P][M] extends object ? P : never }[keyof paths]
type Operation<M extends Method, P extends keyof paths> = NonNullable<paths[P][M]>

type PathPart<O> = O extends { parameters: { path: infer Path } } ? { path: Path } : { path?: undefined }
type QueryPart<O> = O extends { parameters: { query: infer Query } }
  ? { query: Query }
  : O extends { parameters: { query?: infer Query } }
    ? { query?: Query }
    : { query?: undefined }
type BodyPart<O> = O extends { requestBody: infer Body }
  ? { body: Json<Body> }
  : O extends { requestBody?: infer Body }
    ? { body?: Json<NonNullable<Body>> }
    : { body?: undefined }

/** What a call takes besides its path. `signal` ends it early; `accept` asks for another form of the answer. */
export type Options<M extends Method, P extends keyof paths> = PathPart<Operation<M, P>> &
  QueryPart<Operation<M, P>> &
  BodyPart<Operation<M, P>> & { signal?: AbortSignal; accept?: string }

/** What a call answers when it succeeds: the type of every 2xx reply of the route. */
export type Answer<M extends Method, P extends keyof paths> =
  Operation<M, P> extends { responses: infer Replies } ? Json<Replies[keyof Replies & (200 | 201 | 202)]> : never

type Rest<M extends Method, P extends keyof paths> =
  Record<never, never> extends Options<M, P> ? [options?: Options<M, P>] : [options: Options<M, P>]
type Call<M extends Method> = <P extends PathOf<M>>(path: P, ...rest: Rest<M, P>) => Promise<Answer<M, P>>

/**
 * The management API, typed from its description: `api.get('/events', { query: { limit: 50 } })`.
 *
 * A refused call throws an `ApiFault`. Without a session the browser goes to the sign-in. A call that needs a fresh proof asks for the passkey, then goes again.
 */
export const api: { [M in Method]: Call<M> } = {
  get: callWith('get'),
  post: callWith('post'),
  put: callWith('put'),
  patch: callWith('patch'),
  delete: callWith('delete'),
}

/** As `api`, for a reply that is read while it arrives, such as a stream of events (`readEvents`) or of lines (`readLines`). @public */
export async function openReply<M extends Method, P extends PathOf<M>>(method: M, path: P, ...rest: Rest<M, P>): Promise<Response> {
  return send(method, path, sentOf(rest))
}

type Sent = Given & { body?: unknown; signal?: AbortSignal; accept?: string }

/** Which route it is plays no part from here on. */
function sentOf(rest: readonly unknown[]): Sent {
  return (rest[0] ?? {}) as Sent
}

function callWith<M extends Method>(method: M): Call<M> {
  return async (path, ...rest) => {
    const reply = await send(method, path, sentOf(rest))
    return (await reply.json()) as never
  }
}

async function send(method: Method, path: string, options: Sent): Promise<Response> {
  const { body, signal, accept } = options
  const headers: Record<string, string> = {
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(accept === undefined ? {} : { accept }),
  }
  const request = {
    method: method.toUpperCase(),
    credentials: 'same-origin',
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  } satisfies RequestInit
  const once = () =>
    fetch(urlOf(path, options), request).catch((error: unknown) => {
      if (signal?.aborted) throw error
      throw ApiFault.unreachable(method)
    })
  let reply = await once()
  if (reply.ok) return reply
  let fault = await ApiFault.of(reply)
  if (fault.code === 'proof_required') {
    await prove()
    reply = await once()
    if (reply.ok) return reply
    fault = await ApiFault.of(reply)
  }
  if (fault.status === 401) return goToSignIn()
  throw fault
}
