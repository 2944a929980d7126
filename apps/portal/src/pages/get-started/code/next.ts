import type { CodeFile, CodeFor } from './code-for.ts'
import { jsSteps } from './js-steps.ts'

export function nextCode(what: CodeFor): CodeFile {
  return {
    title: 'app/sallyport/[step]/route.js – npm install @sallyport/node, then next dev -p 3001',
    code: `import { randomUUID } from 'node:crypto'
import { clientIp, Sallyport } from '@sallyport/node'

${jsSteps(what)}

export async function POST(request, { params }) {
  const userId = 'ada' // from your own session
  const seen = {
    // Next says nothing of the peer: this is right behind a proxy, and only if nothing can go around it.
    ipAddress: clientIp(request, { trustedProxies: ['loopback', 'private'], isAlwaysProxied: true }),
    userAgent: request.headers.get('user-agent') ?? undefined,
    deviceId: /__sp_did=([^;]+)/.exec(request.headers.get('cookie') ?? '')?.[1],
  }
  const step = steps.get((await params).step)
  if (step === undefined) return new Response(null, { status: 404 })
  return Response.json(await step(userId, seen, await request.json().catch(() => ({}))))
}
`,
  }
}
