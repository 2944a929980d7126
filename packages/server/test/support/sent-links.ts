import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import type { TestApp } from './test-app.ts'

/** A mailed link, with the application that mailed it. */
export interface SentLink {
  app: TestApp
  address: string
  /** The mail, as people without a mail server read it in the outbox. */
  text: string
  token: string
  /** That the page shows to browsers which did not ask for the link. */
  code: string
}

/** A page of the server as a browser gets it. */
export interface ShownPage {
  status: number
  html: string
}

/** The links that test applications mailed. */
export interface SentLinks {
  follow(app: TestApp): TestApp
  last(): SentLink
}

export function followSentLinks(): SentLinks {
  const followed: TestApp[] = []
  return {
    follow(app) {
      followed.push(app)
      return app
    },
    last() {
      const messages = followed.flatMap((app) =>
        app.deps.delivery.record.list(app.tenant.tenantId).map((message, place) => ({ app, message, place })),
      )
      const [newest] = messages
        .filter(({ message }) => message.kind === 'sign_in_link')
        .sort((one, other) => other.message.createdAt - one.message.createdAt || one.place - other.place)
      assert.ok(newest, 'no link was sent')
      const { app, message } = newest
      const text = message.mail?.text ?? ''
      const token = /\/hosted\/link\?token=([\w-]+)/.exec(text)?.[1] ?? ''
      const code = /^\d+/.exec(Buffer.from(token, 'base64url').toString().split('\n')[2] ?? '')?.[0] ?? ''
      return { app, address: message.to, text, token, code }
    },
  }
}

/** Opens a link, as people and the scanners of mail servers do. */
export async function openLink({ app, token }: SentLink, cookie?: string, method: 'GET' | 'HEAD' = 'GET'): Promise<ShownPage> {
  const headers = cookie === undefined ? {} : { cookie }
  return shown(await app.app.inject({ method, url: `/hosted/link?token=${token}`, headers }))
}

/** Presses its button, from another address each time where the application trusts who says so: a page takes so many requests of one. */
export async function pressLink({ app, token }: SentLink, cookie?: string): Promise<ShownPage> {
  const headers = {
    'x-forwarded-for': [20, randomInt(256), randomInt(256), 9].join('.'),
    'content-type': 'application/x-www-form-urlencoded',
    ...(cookie !== undefined && { cookie }),
  }
  return shown(await app.app.inject({ method: 'POST', url: '/hosted/link', headers, payload: `token=${token}` }))
}

/** What a browser keeps of a reply, to send it along. */
export function cookieOf(headers: Record<string, unknown>): string | undefined {
  return typeof headers['set-cookie'] === 'string' ? headers['set-cookie'].split(';')[0] : undefined
}

function shown({ statusCode, body }: { statusCode: number; body: string }): ShownPage {
  return { status: statusCode, html: body }
}
