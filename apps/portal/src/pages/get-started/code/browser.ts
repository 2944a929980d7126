import type { CodeFile, CodeFor } from './code-for.ts'
import { jsText } from './literals.ts'

export function browserCode({ apiUrl, tenantId }: CodeFor): CodeFile {
  return {
    title: 'sallyport.js, in your page – npm install @sallyport/browser',
    code: `import { Sallyport } from '@sallyport/browser'

const sallyport = new Sallyport({ tenantId: ${jsText(tenantId)}, baseUrl: ${jsText(apiUrl)} })

async function post(path, body = {}) {
  const reply = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  return reply.json()
}

/** Behind a button "Add a passkey", for a user who is signed in. */
export async function addPasskey() {
  const { token } = await post('/sallyport/enrol')
  const { data, errorDescription } = await sallyport.passkey.signUp({ token, username: 'ada@example.com' })
  return data ? 'added' : errorDescription
}

/** Behind the button that does it. */
export async function act() {
  const asked = await post('/sallyport/ask')
  if (asked.state === 'ALLOW') return 'done'
  if (asked.state !== 'CHALLENGE_REQUIRED' || !asked.isEnrolled) return 'stopped'
  const { data, errorDescription } = await sallyport.passkey.signIn({ token: asked.token })
  if (data?.token === undefined) return errorDescription
  const { isValid } = await post('/sallyport/approve', { token: data.token })
  return isValid ? 'done' : 'stopped'
}
`,
  }
}
