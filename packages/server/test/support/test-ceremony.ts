import assert from 'node:assert/strict'
import {
  type AssertionTampering,
  type AuthenticatorTraits,
  type CreationOptions,
  createSoftwareAuthenticator,
  type RegistrationTampering,
  type RequestOptions,
  type SoftwareAuthenticator,
} from './software-authenticator.ts'
import type { TestApp } from './test-app.ts'

export interface Answer {
  status: number
  body: Record<string, unknown>
  headers: Record<string, unknown>
}

export type Headers = Record<string, string>

/** Test support: the steps of passkey ceremonies over HTTP, each as a client makes it. */
export interface Ceremonies {
  /** The server's clock. */
  now(): number
  send(method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, headers: Headers, body?: object): Promise<Answer>
  /** Tracks an action as the application's server; with a state, one that the server sets afterwards. */
  track(userId: string, action: string, attributes?: object, state?: string): Promise<Tracked>
  setState(tracked: Tracked, state: string): Promise<void>
  stateOf(tracked: Tracked): Promise<string>
  validate(token: unknown, expected?: object): Promise<Record<string, unknown>>
  registrationOptions(token: string, body?: object): Promise<Answer>
  register(token: string, authenticator: SoftwareAuthenticator, tamper?: RegistrationTampering): Promise<Answer>
  /** A user with a passkey, enrolled as the application asks for it. */
  enrol(userId: string, traits?: AuthenticatorTraits): Promise<Enrolled>
  /** With a token, or as a browser of the tenant. */
  authenticationOptions(headers: Headers, body?: object): Promise<Answer>
  verify(
    headers: Headers,
    answer: Answer,
    authenticator: SoftwareAuthenticator,
    tamper?: AssertionTampering,
    extra?: object,
  ): Promise<Answer>
  /** Options and answer with a token. */
  signIn(token: string, authenticator: SoftwareAuthenticator, tamper?: AssertionTampering): Promise<Answer>
}

export interface Tracked {
  userId: string
  action: string
  token: string
  state: string
  idempotencyKey: string
  isEnrolled: boolean
}

export interface Enrolled {
  authenticator: SoftwareAuthenticator
  userAuthenticatorId: string
  userHandle: string
}

export const origin = 'http://localhost:3000'

export function createCeremonies({ app, deps, asServer, withToken }: Pick<TestApp, 'app' | 'deps' | 'asServer' | 'withToken'>): Ceremonies {
  const passkey = '/client/user-authenticators/passkey'

  async function send(method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, headers: Headers, body?: object): Promise<Answer> {
    const reply = await app.inject({ method, url: `/v1${path}`, headers, ...(body === undefined ? {} : { payload: body }) })
    return { status: reply.statusCode, body: reply.json(), headers: reply.headers }
  }

  async function track(userId: string, action: string, attributes: object = {}, state?: string): Promise<Tracked> {
    const { status, body } = await send('POST', `/users/${userId}/actions/${action}`, asServer, attributes)
    assert.equal(status, 200, JSON.stringify(body))
    const tracked = { ...(body as unknown as Tracked), userId, action }
    if (state !== undefined) await setState(tracked, state)
    return tracked
  }

  function pathOf({ userId, action, idempotencyKey }: Tracked): string {
    return `/users/${userId}/actions/${action}/${idempotencyKey}`
  }

  async function setState(tracked: Tracked, state: string): Promise<void> {
    const { status, body } = await send('PATCH', pathOf(tracked), asServer, { state })
    assert.equal(status, 200, JSON.stringify(body))
  }

  const registrationOptions = (token: string, body: object = {}) => send('POST', `${passkey}/registration-options`, withToken(token), body)

  async function register(token: string, authenticator: SoftwareAuthenticator, tamper?: RegistrationTampering): Promise<Answer> {
    const made = await registrationOptions(token)
    if (made.status !== 200) return made
    const registrationCredential = authenticator.create(made.body.options as CreationOptions, tamper)
    return send('POST', passkey, withToken(token), { registrationCredential, challengeId: made.body.challengeId })
  }

  const authenticationOptions = (headers: Headers, body: object = {}) => send('POST', `${passkey}/authentication-options`, headers, body)

  function verify(headers: Headers, answer: Answer, authenticator: SoftwareAuthenticator, tamper?: AssertionTampering, extra: object = {}) {
    const authenticationCredential = authenticator.get(answer.body.options as RequestOptions, tamper)
    return send('POST', '/client/verify/passkey', headers, { authenticationCredential, challengeId: answer.body.challengeId, ...extra })
  }

  return {
    now: () => deps.clock(),
    send,
    track,
    setState,
    stateOf: async (tracked) => String((await send('GET', pathOf(tracked), asServer)).body.state),
    validate: async (token, expected = {}) => (await send('POST', '/validate', asServer, { token, ...expected })).body,
    registrationOptions,
    register,
    async enrol(userId, traits) {
      const authenticator = createSoftwareAuthenticator({ origin, ...traits })
      const { token } = await track(userId, 'enroll-passkey', { scope: 'add:authenticators' })
      const options = await registrationOptions(token)
      assert.equal(options.status, 200, JSON.stringify(options.body))
      const created = options.body.options as CreationOptions
      const { status, body } = await send('POST', passkey, withToken(token), { registrationCredential: authenticator.create(created) })
      assert.equal(status, 200, JSON.stringify(body))
      return { authenticator, userAuthenticatorId: String(body.userAuthenticatorId), userHandle: created.user.id }
    },
    authenticationOptions,
    verify,
    async signIn(token, authenticator, tamper) {
      const options = await authenticationOptions(withToken(token))
      return options.status === 200 ? verify(withToken(token), options, authenticator, tamper) : options
    },
  }
}
