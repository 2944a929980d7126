import type { CodeFile, CodeFor } from './code-for.ts'
import { jsObject, jsText } from './literals.ts'

export function nextCode({ apiUrl, action, custom }: CodeFor): CodeFile {
  return {
    title: 'app/sallyport/[step]/route.js – npm install @sallyport/node, then next dev -p 3001',
    code: `import { randomUUID } from 'node:crypto'
import { clientIp, Sallyport } from '@sallyport/node'

const sallyport = new Sallyport({
  apiSecretKey: process.env.SALLYPORT_API_SECRET_KEY,
  apiUrl: ${jsText(apiUrl)},
})
const waiting = new Map() // what users are about to do; yours is in your database

const steps = {
  // A user whom you have signed in adds a passkey.
  enrol: (userId, seen) => sallyport.track({ userId, action: 'enroll-passkey', attributes: { ...seen, scope: 'add:authenticators' } }),

  // Ask before you act.
  ask: async (userId, seen) => {
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
  approve: async (userId, seen, { token }) => {
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

export async function POST(request, { params }) {
  const userId = 'ada' // from your own session
  const seen = {
    // Next says nothing of the peer: this is right behind a proxy, and only if nothing can go around it.
    ipAddress: clientIp(request, { trustedProxies: ['loopback', 'private'], isAlwaysProxied: true }),
    userAgent: request.headers.get('user-agent') ?? undefined,
    deviceId: /__sp_did=([^;]+)/.exec(request.headers.get('cookie') ?? '')?.[1],
  }
  const step = steps[(await params).step]
  if (step === undefined) return new Response(null, { status: 404 })
  return Response.json(await step(userId, seen, await request.json().catch(() => ({}))))
}
`,
  }
}
