import type { CodeFile, CodeFor } from './code-for.ts'
import { jsObject, jsText } from './literals.ts'

export function nodeCode({ apiUrl, action, custom }: CodeFor): CodeFile {
  return {
    title: 'server.mjs – npm install @sallyport/node, then node server.mjs',
    code: `import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { json } from 'node:stream/consumers'
import { clientIp, Sallyport } from '@sallyport/node'

const sallyport = new Sallyport({
  apiSecretKey: process.env.SALLYPORT_API_SECRET_KEY,
  apiUrl: ${jsText(apiUrl)},
})
const waiting = new Map() // what users are about to do; yours is in your database

const steps = {
  // A user whom you have signed in adds a passkey.
  '/sallyport/enrol': (userId, seen) =>
    sallyport.track({ userId, action: 'enroll-passkey', attributes: { ...seen, scope: 'add:authenticators' } }),

  // Ask before you act.
  '/sallyport/ask': async (userId, seen) => {
    const order = { id: randomUUID(), custom: ${jsObject(custom)} }
    waiting.set(userId, order)
    const asked = await sallyport.track({
      userId,
      action: ${jsText(action)},
      attributes: { ...seen, idempotencyKey: order.id, custom: order.custom },
    })
    for (const { message } of asked.warnings ?? []) console.warn(message)
    // ALLOW: act now. CHALLENGE_REQUIRED: the browser answers with the token. Everything else: stop.
    return asked
  },

  // The browser has answered: is it an approval of this very order?
  '/sallyport/approve': async (userId, seen, { token }) => {
    const order = waiting.get(userId)
    const approval = await sallyport.validateChallenge({
      token,
      userId,
      action: ${jsText(action)},
      idempotencyKey: order.id,
      custom: order.custom,
    })
    // approval.isValid: act now.
    return approval
  },
}

createServer(async (request, response) => {
  const userId = 'ada' // from your own session
  const seen = {
    ipAddress: clientIp(request), // behind a proxy: clientIp(request, { trustedProxies: ['10.0.0.0/8'] })
    userAgent: request.headers['user-agent'],
    deviceId: /__sp_did=([^;]+)/.exec(request.headers.cookie ?? '')?.[1],
  }
  const step = request.method === 'POST' ? steps[request.url] : undefined
  if (step === undefined) return response.writeHead(404).end()
  try {
    const answer = await step(userId, seen, await json(request).catch(() => ({})))
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer))
  } catch (error) {
    console.error(error)
    response.writeHead(500).end()
  }
}).listen(process.env.PORT ?? 3001)
`,
  }
}
