import http from 'node:http'
import https from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import type { Target } from './find-target.ts'

/**
 * Sends one POST to the address that was checked, over a connection of its own, and answers with the status. Follows no redirect. The body of the reply
 * is not read: the connection ends with the headers, so that a receiver cannot hold it (WH-04).
 */
export function postOnce(
  { url, address }: Target,
  headers: http.OutgoingHttpHeaders,
  body: string,
  deadline: AbortSignal,
): Promise<number> {
  const { request } = url.protocol === 'https:' ? https : http
  return new Promise((done, fail) => {
    const sent = request(
      url,
      {
        method: 'POST',
        agent: false,
        lookup: pinnedTo(address),
        maxHeaderSize: 16 * 1024,
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
        signal: deadline,
      },
      (reply) => {
        done(reply.statusCode ?? 0)
        reply.destroy()
      },
    )
    sent.on('error', fail)
    sent.end(body)
  })
}

/** INVARIANT: the connection goes to the address that was checked, whatever the name resolves to meanwhile. */
function pinnedTo(address: string): LookupFunction {
  const family = isIP(address)
  return (_host, options, callback) => {
    if (options.all === true) callback(null, [{ address, family }])
    else callback(null, address, family)
  }
}
