import pino, { type DestinationStream, type Logger } from 'pino'

/** The least important kind of line that is written. */
export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'

/** Names of members whose values are secret or personal. */
export const secretNames: readonly string[] = [
  'authorization',
  'cookie',
  'token',
  'accessToken',
  'refreshToken',
  'secretKey',
  'managementKey',
  'masterKey',
  'key',
  'password',
  'verificationCode',
  'email',
  'phoneNumber',
  'username',
]

/**
 * The server's log: one JSON object per line on standard output. Our own code chooses the members of each line. As a second barrier, members
 * whose names mean secrets or personal data are replaced, and error texts are searched for keys, tokens and addresses (LG-02). JSON escapes
 * control characters, so no value can start a line of its own.
 */
export function createLog(level: LogLevel, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    redact: { paths: secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[removed]' },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: describeError },
  }
  return destination === undefined ? pino(options) : pino(options, destination)
}

interface DescribedError {
  type: string
  message: string
  code?: string
  stack?: string
  cause?: DescribedError | string
}

/** Describes an error without the members that database drivers add: those hold rows and parameters. */
export function describeError(error: unknown, depth = 0): DescribedError | string {
  if (!(error instanceof Error)) return scrub(String(error))
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  return {
    type: error.name,
    message: scrub(error.message),
    ...(code !== undefined && { code }),
    ...(error.stack !== undefined && { stack: scrub(error.stack) }),
    ...(error.cause !== undefined && depth < 5 && { cause: describeError(error.cause, depth + 1) }),
  }
}

const apiKey = /sallyport_(?:sk|mk|rt)_[A-Za-z0-9_-]+/g
const jwt = /eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+/g
const mailAddress = /[^\s@"'`<>()]+@[^\s@"'`<>()]+\.[a-z]{2,}/gi
const urlPassword = /:\/\/([^:@/\s]*):[^@/\s]+@/g

/** A text without API keys, tokens, mail addresses or passwords in URLs. */
export function scrub(text: string): string {
  return text
    .replace(urlPassword, '://$1:[removed]@')
    .replace(apiKey, '[removed]')
    .replace(jwt, '[removed]')
    .replace(mailAddress, '[removed]')
}
