/** A request as bytes, to be sent over a kept connection. */
export function toRequest(method: string, path: string, headers: Readonly<Record<string, string>>, body?: unknown): Buffer {
  const text = body === undefined ? '' : JSON.stringify(body)
  let head = `${method} ${path} HTTP/1.1\r\nHost: localhost\r\n`
  for (const name in headers) head += `${name}: ${headers[name]}\r\n`
  if (body !== undefined) head += `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n`
  return Buffer.from(`${head}\r\n${text}`)
}

/** HTTP Basic with the key as the user name. */
export function basic(key: string): { Authorization: string } {
  return { Authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` }
}
