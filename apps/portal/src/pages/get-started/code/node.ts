import type { CodeFile, CodeFor } from './code-for.ts'
import { jsSteps, seenByNode } from './js-steps.ts'

export function nodeCode(what: CodeFor): CodeFile {
  return {
    title: 'server.mjs – npm install @sallyport/node, then node server.mjs',
    code: `import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { json } from 'node:stream/consumers'
import { clientIp, Sallyport } from '@sallyport/node'

${jsSteps(what)}

createServer(async (request, response) => {
  const userId = 'ada' // from your own session
  const seen = ${seenByNode}
  const step = request.method === 'POST' ? steps.get(request.url.replace('/sallyport/', '')) : undefined
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
