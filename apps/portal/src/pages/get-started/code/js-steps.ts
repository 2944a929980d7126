import type { CodeFor } from './code-for.ts'
import { jsObject, jsText } from './literals.ts'

/** The part of a JavaScript server that is the same with every framework: the three steps, each from the user, what was seen of the request, and its body. */
export function jsSteps({ apiUrl, action, custom }: CodeFor): string {
  return `const sallyport = new Sallyport({
  apiSecretKey: process.env.SALLYPORT_API_SECRET_KEY,
  apiUrl: ${jsText(apiUrl)},
})
const waiting = new Map() // what users are about to do; yours is in your database

const steps = new Map([
  // A user whom you have signed in adds a passkey.
  [
    'enrol',
    (userId, seen) => sallyport.track({ userId, action: 'enroll-passkey', attributes: { ...seen, scope: 'add:authenticators' } }),
  ],

  // Ask before you act.
  [
    'ask',
    async (userId, seen) => {
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
  ],

  // The browser has answered: is it an approval of this very order?
  [
    'approve',
    async (userId, seen, { token }) => {
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
  ],
])`
}

/** What a server of Node sees of a request. */
export const seenByNode = `{
    ipAddress: clientIp(request), // behind a proxy: clientIp(request, { trustedProxies: ['10.0.0.0/8'] })
    userAgent: request.headers['user-agent'],
    deviceId: /__sp_did=([^;]+)/.exec(request.headers.cookie ?? '')?.[1],
  }`
