/** Why a message was not sent, in words for people. They repeat nothing of the message, nor of the mail server's answer, which names addresses. */
export const sendFailures = {
  unreachable: 'the mail server cannot be reached',
  host_not_found: 'the host name of the mail server cannot be resolved',
  host_not_allowed: 'the mail server is in a private network, which SALLYPORT_WEBHOOK_NETWORKS does not allow',
  timeout: 'the mail server did not answer in time',
  no_tls: 'the mail server offers no encryption, and nothing is sent without it',
  bad_certificate: 'the certificate of the mail server is not trusted, has expired or is for another name',
  tls_failed: 'an encrypted connection to the mail server could not be made',
  wrong_login: 'the mail server refuses the user or the password',
  sender_refused: 'the mail server refuses the sender',
  recipient_refused: 'the mail server refuses the address of the recipient',
  message_refused: 'the mail server refuses the message',
  deferred: 'the mail server asks to try again later',
  too_many: 'too many messages are waiting to be sent',
  expired: 'the message expired before it could be sent',
  stopped: 'the server was stopped before the message was sent',
  no_mail_server: 'no mail server is set up',
  provider_unreachable: 'the provider cannot be reached, or did not answer in time',
  provider_login: 'the provider refuses the credentials',
  provider_refused: 'the provider refuses the message or its recipient',
  provider_failed: 'the provider could not take the message',
} as const

export type SendFailure = keyof typeof sendFailures

/** How one try to send ended. */
export type Attempt =
  | { isSent: true }
  | {
      isSent: false
      reason: SendFailure
      /** Of SMTP, where the server answered. */
      smtpCode?: number | undefined
      /** Another try may succeed by itself. */
      isPassing: boolean
      /** The mail server is at fault, or what is set about it, not this message. */
      isOfServer: boolean
    }

/** What nodemailer says of an error. */
interface SmtpError {
  code?: string
  originalCode?: string
  command?: string
  responseCode?: number
  message: string
}

const certificateCodes = /CERT|SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY)|self-signed certificate|certificate/

/** Reads an error of nodemailer. Only its codes and the name of the command are kept. */
export function readSendError(error: unknown): Attempt {
  const { code = '', originalCode = '', command, responseCode, message }: SmtpError = error instanceof Error ? error : { message: '' }
  const failed = (reason: SendFailure, isPassing: boolean, isOfServer: boolean): Attempt => ({
    isSent: false,
    reason,
    ...(responseCode !== undefined && { smtpCode: responseCode }),
    isPassing,
    isOfServer,
  })
  const isPermanent = responseCode !== undefined && responseCode >= 500 && responseCode !== 503
  if (code === 'EDNS') return failed('host_not_found', true, true)
  if (code === 'ETIMEDOUT' || code === 'EABORT') return failed('timeout', true, true)
  if (certificateCodes.test(`${originalCode} ${code === 'ETLS' || code === 'ESOCKET' ? message : ''}`)) {
    return failed('bad_certificate', false, true)
  }
  if (code === 'ETLS')
    return command === 'STARTTLS' && responseCode !== undefined ? failed('no_tls', false, true) : failed('tls_failed', true, true)
  if (code === 'EAUTH' || code === 'ENOAUTH')
    return responseCode !== undefined && !isPermanent ? failed('deferred', true, true) : failed('wrong_login', false, true)
  if (responseCode === undefined) return failed('unreachable', true, true)
  if (!isPermanent) return failed('deferred', true, false)
  if (command === 'MAIL FROM') return failed('sender_refused', false, true)
  if (command === 'RCPT TO') return failed('recipient_refused', false, false)
  if (command === 'DATA') return failed('message_refused', false, false)
  return failed('unreachable', true, true)
}
