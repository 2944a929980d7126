import type { CodeFile, CodeFor } from './code-for.ts'
import { jsSteps, seenByNode } from './js-steps.ts'

export function expressCode(what: CodeFor): CodeFile {
  return {
    title: 'server.mjs – npm install express @sallyport/node, then node server.mjs',
    code: `import { randomUUID } from 'node:crypto'
import express from 'express'
import { clientIp, Sallyport } from '@sallyport/node'

${jsSteps(what)}

const app = express()
app.use(express.json())
app.post('/sallyport/:step', async (request, response) => {
  const userId = 'ada' // from your own session
  const seen = ${seenByNode}
  const step = steps.get(request.params.step)
  if (step === undefined) return response.sendStatus(404)
  response.json(await step(userId, seen, request.body ?? {}))
})
app.listen(process.env.PORT ?? 3001)
`,
  }
}
