import assert from 'node:assert/strict'
import http from 'node:http'
import type { TestContext } from 'node:test'
import { Sallyport } from '../src/index.ts'

interface Received {
  method: string
  path: string
  authorization: string
  body: unknown
}

type Answers = Record<string, { status?: number; body: unknown }>

/** A server that gives fixed answers by path and records the requests. The ceremonies themselves are tested in a browser. */
export async function listen(t: TestContext, answers: Answers) {
  const received: Received[] = []
  const server = http.createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const path = (request.url ?? '').replace('/v1/client/', '')
    received.push({
      method: request.method ?? '',
      path,
      authorization: request.headers.authorization ?? '',
      body: text && JSON.parse(text),
    })
    const { status = 200, body } = answers[path] ?? { status: 404, body: refusal('not_found') }
    response.writeHead(status, { 'content-type': 'application/json' }).end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  let expired = 0
  const sallyport = new Sallyport({
    tenantId: 'bänk:1',
    baseUrl: `http://127.0.0.1:${address.port}/v1/`,
    onTokenExpired: () => expired++,
  })
  return { received, sallyport, expirations: () => expired }
}

export function refusal(code: string): object {
  return { error: code, errorCode: code, errorDescription: `because of ${code}`, requestId: 'r' }
}
