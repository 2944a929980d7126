import { isIP } from 'node:net'
import type { MailSettings } from '../mail/mail-settings.ts'
import { type Attempt, readSendError } from './send-failure.ts'
import type { WrittenMail } from './write-mail.ts'

/** One mail to one person. */
export interface OutgoingMail extends WrittenMail {
  messageId: string
  to: string
  /** Milliseconds UTC. */
  at: number
}

/** A mail server. Neither call throws, and each ends within the time it was given. */
export interface Mailer {
  /** Hands one mail over. `signal` breaks it off. */
  send(mail: OutgoingMail, signal: AbortSignal): Promise<Attempt>
  /** Connects and signs in, and sends nothing. */
  check(): Promise<Attempt>
}

/** From the first packet to the last answer. */
const defaultTimeoutMs = 30_000

export function createMailer(settings: MailSettings, timeoutMs = defaultTimeoutMs): Mailer {
  const { from } = settings
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1)

  async function connect() {
    // Not before it is needed: loading it would cost every start.
    const { createTransport } = await import('nodemailer')
    return createTransport({
      host: settings.host,
      port: settings.port,
      secure: settings.tls === 'implicit',
      requireTLS: settings.tls === 'required',
      ignoreTLS: settings.tls === 'none',
      ...(settings.login && { auth: { user: settings.login.user, pass: settings.login.password } }),
      tls: {
        minVersion: 'TLSv1.2',
        ...(settings.certifiedName !== undefined && isIP(settings.certifiedName) === 0 && { servername: settings.certifiedName }),
      },
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      dnsTimeout: timeoutMs,
      socketCloseTimeout: Math.min(timeoutMs, 1000),
      // A message is text of ours: nothing in it names a file or a page to fetch.
      disableFileAccess: true,
      disableUrlAccess: true,
    })
  }

  return {
    async send(mail, signal) {
      try {
        const transport = await connect()
        await transport.sendMail({
          from: { name: from.name ?? '', address: from.address },
          to: { name: '', address: mail.to },
          subject: mail.subject,
          text: mail.text,
          html: mail.html,
          date: new Date(mail.at),
          // The same for every try, so that a mail that did arrive is not shown twice.
          messageId: `<${mail.messageId}@${domain}>`,
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
          signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        })
        return { isSent: true }
      } catch (error) {
        return readSendError(error)
      }
    },
    async check() {
      const late = Promise.withResolvers<never>()
      const timer = setTimeout(() => late.reject(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })), timeoutMs)
      try {
        const transport = await connect()
        await Promise.race([transport.verify(), late.promise])
        return { isSent: true }
      } catch (error) {
        return readSendError(error)
      } finally {
        clearTimeout(timer)
      }
    },
  }
}
