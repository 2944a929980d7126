import pino, { type DestinationStream, type Logger } from 'pino'
import type { LogLevel } from './config.ts'

const secretNames = [
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
 * The server's log: one JSON object a line on standard output. Lines are written by our own code with chosen members; as a second fence,
 * members that are secrets or personal data by their name are replaced, and texts of errors are searched for keys, tokens and addresses
 * (LG-02). JSON escapes control characters, so that no value can begin a line of its own.
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

/** An error without the members that drivers hang on it: they hold rows and parameters. */
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

const apiKey = /sallyport_[sm]k_[A-Za-z0-9_-]+/g
const jwt = /eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+/g
const mailAddress = /[^\s@"'`<>()]+@[^\s@"'`<>()]+\.[a-z]{2,}/gi
const urlPassword = /:\/\/([^:@/\s]*):[^@/\s]+@/g

function scrub(text: string): string {
  return text
    .replace(urlPassword, '://$1:[removed]@')
    .replace(apiKey, '[removed]')
    .replace(jwt, '[removed]')
    .replace(mailAddress, '[removed]')
}
