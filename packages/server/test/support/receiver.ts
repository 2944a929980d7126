import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'

export interface Received {
  url: string
  headers: IncomingHttpHeaders
  body: string
}

/** A real HTTP server that answers with one status after another, and then with 201. */
export async function openReceiver(t: TestContext, statuses: number[]): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = []
  const server = createServer(async (request, reply) => {
    let body = ''
    for await (const chunk of request) body += chunk
    received.push({ url: String(request.url), headers: request.headers, body })
    reply.writeHead(statuses.shift() ?? 201, { 'content-type': 'application/json' }).end('{"message":"about +64211000001"}')
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  t.after(() => server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received }
}
