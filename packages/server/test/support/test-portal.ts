import assert from 'node:assert/strict'
import type { InjectOptions } from 'fastify'
import type { Role } from '../../src/callers/role.ts'
import {
  type AssertionTampering,
  type CreationOptions,
  createSoftwareAuthenticator,
  type RequestOptions,
  type SoftwareAuthenticator,
} from './software-authenticator.ts'
import type { TestApp } from './test-app.ts'

/** Test support: the portal of a test application, as its page in a browser calls it. */
export interface Portal {
  origin: string
  /** A call of the page. */
  post(path: string, body?: object, more?: Sent): Promise<Reply>
  /** Makes a link as the holder of the management key, and returns its code. */
  invite(role: Role, name?: string, email?: string): Promise<string>
  /** Follows a link to its end. */
  signUp(code: string, name?: string): Promise<SignedUpAdmin>
  /** An admin with this role. */
  addAdmin(role: Role, name?: string, email?: string): Promise<SignedUpAdmin>
  /** Signs in with the passkey of an admin. */
  signIn(authenticator: SoftwareAuthenticator, tamper?: AssertionTampering, more?: Sent): Promise<Reply>
  /** Calls the management API with the cookie of a session. */
  manage(cookie: string, method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: object, more?: Sent): Promise<Reply>
}

export interface Sent {
  headers?: Record<string, string | undefined>
  remoteAddress?: string
}

export interface Reply {
  status: number
  body: Record<string, unknown>
  /** `name=value` of the cookie that was set, and the whole header. */
  cookie: string
  setCookie: string
  headers: Record<string, unknown>
}

export interface SignedUpAdmin {
  adminId: string
  name: string
  cookie: string
  recoveryCodes: string[]
  authenticator: SoftwareAuthenticator
}

export function openPortal({ app, asManagement, deps }: Pick<TestApp, 'app' | 'asManagement' | 'deps'>): Portal {
  const { origin } = new URL(deps.config.publicUrl)

  async function send(options: InjectOptions): Promise<Reply> {
    const reply = await app.inject(options)
    const setCookie = String(reply.headers['set-cookie'] ?? '')
    return { status: reply.statusCode, body: reply.json(), cookie: setCookie.split(';')[0] ?? '', setCookie, headers: reply.headers }
  }

  const post: Portal['post'] = (path, body, { headers, remoteAddress } = {}) =>
    send({ method: 'POST', url: `/portal${path}`, headers: present({ origin, ...headers }), remoteAddress, ...(body && { payload: body }) })

  const portal: Portal = {
    origin,
    post,
    async invite(role, name, email) {
      const payload = { role, name, email, withLink: true }
      const { status, body } = await send({ method: 'POST', url: '/v1/management/admins', headers: asManagement, payload })
      assert.equal(status, 200, JSON.stringify(body))
      return new URL(String(body.url)).hash.slice(1)
    },
    async signUp(code, name) {
      const begun = await post('/set-up/begin', { code, name })
      assert.equal(begun.status, 200, JSON.stringify(begun.body))
      const authenticator = createSoftwareAuthenticator({ origin, signCount: 1 })
      const options = begun.body.options as CreationOptions & { user: { name: string } }
      const { status, body, cookie } = await post('/set-up/finish', { code, credential: authenticator.create(options) })
      assert.equal(status, 200, JSON.stringify(body))
      const { adminId, recoveryCodes } = body as { adminId: string; recoveryCodes: string[] }
      return { adminId, name: options.user.name, recoveryCodes, cookie, authenticator }
    },
    addAdmin: async (role, name = `A ${role}`, email) => portal.signUp(await portal.invite(role, name, email)),
    async signIn(authenticator, tamper, more) {
      const begun = await post('/sign-in/begin', undefined, more)
      if (begun.status !== 200) return begun
      return post('/sign-in/finish', { credential: authenticator.get(begun.body.options as RequestOptions, tamper) }, more)
    },
    manage: (cookie, method, path, body, { headers, remoteAddress } = {}) =>
      send({
        method,
        url: `/v1/management${path}`,
        headers: present({ cookie, ...(method === 'GET' ? {} : { origin }), ...headers }),
        remoteAddress,
        ...(body && { payload: body }),
      }),
  }
  return portal
}

function present(headers: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined))
}
