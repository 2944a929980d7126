import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import { mailAddressProblem } from './mail-address.ts'

/** Who a mail is from. */
export interface MailSender {
  /** Shown beside the address. */
  name?: string
  address: string
}

/** A mail server that takes messages. */
export interface MailServer {
  host: string
  /** The name that its certificate is for, where `host` is an address. */
  certifiedName?: string
  port: number
  /** `implicit`: from the first byte. `required`: by STARTTLS, or nothing is sent. `offered`: by STARTTLS if the server has it. `none`: never. */
  tls: 'implicit' | 'required' | 'offered' | 'none'
  /** Absent: the server takes messages from anybody who reaches it. */
  login?: { user: string; password: string }
}

/** How mail leaves. */
export interface MailSettings extends MailServer {
  from: MailSender
}

const schemes: Readonly<Record<string, { port: number; tls: MailServer['tls'] }>> = {
  'smtp:': { port: 587, tls: 'required' },
  'smtps:': { port: 465, tls: 'implicit' },
}

/**
 * Reads `smtp://user:password@host:587?from=…&tls=none`, or `smtps://…`. Every problem goes on after the name of the setting, and none repeats the text: it holds
 * a password.
 */
export function readMailUrl(text: string): { server: MailServer; from?: MailSender } | { problems: string[] } {
  const url = URL.parse(text)
  const scheme = url === null ? undefined : schemes[url.protocol]
  if (url === null || scheme === undefined || url.hostname === '') {
    return {
      problems: ['must be smtp://user:password@host:587 or smtps://user:password@host:465, with special characters percent-encoded'],
    }
  }
  const problems: string[] = []
  const host = hostOf(url.hostname)
  if (host === undefined)
    problems.push('names no host of a mail server; characters such as `@`, `/` or `#` in a password are percent-encoded')
  if ((url.pathname !== '' && url.pathname !== '/') || url.hash !== '') problems.push('must end after the port and the parameters')
  for (const name of new Set(url.searchParams.keys())) {
    if (name !== 'from' && name !== 'tls') problems.push('has a parameter other than `from` and `tls`')
    else if (url.searchParams.getAll(name).length > 1) problems.push(`has \`${name}\` more than once`)
  }
  const login = loginOf(url)
  if (typeof login === 'string') problems.push(login)

  const wanted = url.searchParams.get('tls')
  if (wanted !== null && wanted !== 'required' && wanted !== 'none') problems.push('must have `tls=required` or `tls=none`')
  if (wanted !== null && scheme.tls === 'implicit') problems.push('uses TLS always with `smtps://`: leave `tls` out')
  // A relay on the same machine rarely has a certificate, and nobody listens on the way to it.
  const isHere = host !== undefined && isLoopback(host)
  const tls = scheme.tls === 'implicit' ? 'implicit' : wanted === 'none' || (wanted === null && isHere) ? 'none' : 'required'
  if (tls === 'none' && typeof login === 'object' && !isHere) problems.push('would send the password unencrypted: leave `tls=none` out')

  const given = url.searchParams.get('from')
  const from = given === null ? undefined : readMailSender(given)
  if (typeof from === 'string') problems.push(`has a \`from\` that ${from}`)
  if (problems.length > 0 || host === undefined || typeof login === 'string' || typeof from === 'string') return { problems }
  return {
    server: { host, port: url.port === '' ? scheme.port : Number(url.port), tls, ...(login && { login }) },
    ...(from && { from }),
  }
}

/** Reads `ada@example.com` or `Ada Lovelace <ada@example.com>`; a text says what is wrong. */
export function readMailSender(text: string): MailSender | string {
  const [, name = '', inBrackets] = /^\s*(.*?)\s*<([^<>]*)>\s*$/s.exec(text) ?? []
  const address = (inBrackets ?? text).trim()
  const problem = mailAddressProblem(address)
  if (problem !== undefined) return problem
  const bare = name.replace(/^"(.*)"$/s, '$1')
  if (/[\p{C}"<>]/u.test(bare) || bare.length > 100) return 'has a name with control characters, quotes or more than 100 characters'
  return bare === '' ? { address } : { name: bare, address }
}

function hostOf(hostname: string): string | undefined {
  const literal = hostname.replace(/^\[(.*)\]$/, '$1')
  if (isIP(literal) !== 0) return literal
  try {
    const host = domainToASCII(decodeURIComponent(hostname))
    return /^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/.test(host) ? host : undefined
  } catch {
    return undefined
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

function loginOf(url: URL): MailServer['login'] | string {
  if (url.username === '' && url.password === '') return undefined
  if (url.username === '' || url.password === '') return 'must have both a user and a password, or neither'
  try {
    return { user: decodeURIComponent(url.username), password: decodeURIComponent(url.password) }
  } catch {
    return 'has a `%` in user or password that is not percent-encoded (`%25`)'
  }
}
