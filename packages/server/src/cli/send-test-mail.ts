import { randomUUID } from 'node:crypto'
import { createMailer } from '../delivery/mailer.ts'
import { sendFailures } from '../delivery/send-failure.ts'
import { writeMessage } from '../delivery/write-message.ts'
import type { MailSettings } from '../mail/mail-settings.ts'

/** Sends one test mail. `undefined`: the mail server took it; else why not, in words. */
export async function sendTestMail(settings: MailSettings, address: string): Promise<string | undefined> {
  const at = Date.now()
  const mail = { ...writeMessage('test', { at }), messageId: randomUUID(), to: address, at }
  const result = await createMailer(settings).send(mail, new AbortController().signal)
  if (result.isSent) return undefined
  const { reason, smtpCode } = result
  return `${sendFailures[reason]}${smtpCode === undefined ? '' : ` (SMTP ${smtpCode})`}`
}
