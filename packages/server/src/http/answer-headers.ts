import type { App } from './app-type.ts'

const always = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cross-origin-opener-policy': 'same-origin' }

/** The headers of every JSON answer. */
export const jsonHeaders = {
  ...always,
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
}

/**
 * Sets what every answer carries. JSON is exactly `application/json`: clients compare the whole header, and Fastify adds a charset. Pages
 * set a content security policy and caching of their own.
 */
export function setAnswerHeaders(app: App, publicUrl: string): void {
  const hsts = publicUrl.startsWith('https:') ? { 'strict-transport-security': 'max-age=31536000' } : {}
  const onJson = { ...jsonHeaders, ...hsts }
  const onOther = { ...always, ...hsts }
  app.addHook('onSend', (_request, reply, _payload, done) => {
    const type = reply.getHeader('content-type')
    if (typeof type === 'string' && type.startsWith('application/json')) {
      reply.header('content-type', 'application/json').headers(onJson)
    } else {
      reply.headers(onOther)
    }
    done()
  })
}
