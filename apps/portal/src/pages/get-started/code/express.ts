import type { CodeFile, CodeFor } from './code-for.ts'
import { jsObject, jsText } from './literals.ts'

export function expressCode({ apiUrl, action, custom }: CodeFor): CodeFile {
  return {
    title: 'server.mjs – npm install express @sallyport/node, then node server.mjs',
    code: `import { randomUUID } from 'node:crypto'
import express from 'express'
import { clientIp, Sallyport } from '@sallyport/node'

const sallyport = new Sallyport({
  apiSecretKey: process.env.SALLYPORT_API_SECRET_KEY,
  apiUrl: ${jsText(apiUrl)},
})
const waiting = new Map() // what users are about to do; yours is in your database
const userIdOf = (request) => 'ada' // from your own session
const seenOf = (request) => ({
  ipAddress: clientIp(request), // behind a proxy: clientIp(request, { trustedProxies: ['10.0.0.0/8'] })
  userAgent: request.headers['user-agent'],
  deviceId: /__sp_did=([^;]+)/.exec(request.headers.cookie ?? '')?.[1],
})

const app = express()
app.use(express.json())

// A user whom you have signed in adds a passkey.
app.post('/sallyport/enrol', async (request, response) => {
  const attributes = { ...seenOf(request), scope: 'add:authenticators' }
  response.json(await sallyport.track({ userId: userIdOf(request), action: 'enroll-passkey', attributes }))
})

// Ask before you act.
app.post('/sallyport/ask', async (request, response) => {
  const order = { id: randomUUID(), custom: ${jsObject(custom)} }
  waiting.set(userIdOf(request), order)
  const asked = await sallyport.track({
    userId: userIdOf(request),
    action: ${jsText(action)},
    attributes: { ...seenOf(request), idempotencyKey: order.id, custom: order.custom },
  })
  for (const { message } of asked.warnings ?? []) console.warn(message)
  // ALLOW: act now. CHALLENGE_REQUIRED: the browser answers with the token. Everything else: stop.
  response.json(asked)
})

// The browser has answered: is it an approval of this very order?
app.post('/sallyport/approve', async (request, response) => {
  const order = waiting.get(userIdOf(request))
  const approval = await sallyport.validateChallenge({
    token: request.body.token,
    userId: userIdOf(request),
    action: ${jsText(action)},
    idempotencyKey: order.id,
    custom: order.custom,
  })
  // approval.isValid: act now.
  response.json(approval)
})

app.listen(process.env.PORT ?? 3001)
`,
  }
}
