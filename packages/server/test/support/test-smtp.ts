import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import type { MailSettings } from '../../src/mail/mail-settings.ts'

export interface ReceivedMail {
  from: string
  to: string[]
  /** Headers and body as they came over the wire. */
  raw: string
}

/** A real mail server on a port of its own. */
export interface TestSmtp {
  port: number
  received: ReceivedMail[]
  /** How to send to it without encryption. */
  settings: MailSettings
  close(): Promise<void>
}

/** Starts a mail server that takes everything, unless `options` say otherwise; it ends with the test. */
export async function openTestSmtp(t: TestContext, options: SMTPServerOptions = {}): Promise<TestSmtp> {
  const received: ReceivedMail[] = []
  const server = new SMTPServer({
    authOptional: true,
    logger: false,
    onData(stream, { envelope }, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address
        received.push({ from, to: envelope.rcptTo.map(({ address }) => address), raw: Buffer.concat(chunks).toString('latin1') })
        done()
      })
    },
    ...options,
  })
  // A client that breaks off is none of the test's business.
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const { port } = server.server.address() as AddressInfo
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()))
  t.after(close)
  const from = { name: 'Acme Bank', address: 'no-reply@acme.example' }
  return { port, received, settings: { host: '127.0.0.1', port, tls: 'none', from }, close }
}

/** The parts of a mail that came over the wire, decoded. */
export function readMail({ raw }: ReceivedMail): { header: string; text: string; html: string } {
  const [, header = '', body = ''] = /^(.*?)\r\n\r\n(.*)$/s.exec(raw) ?? []
  const boundary = /boundary="([^"]+)"/.exec(header)?.[1] ?? '\0'
  // The line break before a boundary belongs to the boundary.
  const bodies = body.split(`\r\n--${boundary}`).map((part) => /^(.*?)\r\n\r\n(.*)$/s.exec(part.trimStart()))
  const bodyOf = (type: string) => {
    const [, head = '', content = ''] = bodies.find((part) => part?.[1]?.includes(type)) ?? []
    if (/base64/i.test(head)) return Buffer.from(content, 'base64').toString('utf8')
    const joined = content
      .replace(/=\r\n/g, '')
      .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    return Buffer.from(/quoted-printable/i.test(head) ? joined : content, 'latin1')
      .toString('utf8')
      .replaceAll('\r\n', '\n')
  }
  return { header, text: bodyOf('text/plain'), html: bodyOf('text/html') }
}
