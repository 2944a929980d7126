import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { z } from 'zod'
import { parseCidr } from './addresses/parse-cidr.ts'
import { parseTrustedProxies } from './addresses/parse-client-address.ts'
import type { LogLevel } from './log.ts'
import { type MailSettings, readMailSender, readMailUrl } from './mail/mail-settings.ts'
import { originProblem, relyingPartyProblems, rpIdProblem } from './relying-party.ts'
import { words } from './schema-words.ts'
import { weakSecretReason } from './weak-secret.ts'

/** Everything that can be set from outside. `loadConfig` makes it once; nothing else reads the environment. */
export interface Config {
  port: number
  host: string
  /** Absolute path. */
  dataDir: string
  /** Absent: the embedded store in `dataDir`. */
  databaseUrl?: string
  /** Where browsers reach this server: scheme, host and port, no trailing slash. */
  publicUrl: string
  /** Base of the issuer and audience of tokens. It does not change with the port, so that several processes accept each other's tokens. */
  issuer: string
  /** 32 bytes. Absent: read from, or generated into, the data directory. */
  masterKey?: Uint8Array
  /** Addresses and CIDR ranges whose `X-Forwarded-For` is believed. */
  trustedProxies: readonly string[]
  /** Private addresses and CIDR ranges that webhooks may call, also without TLS. */
  webhookNetworks: readonly string[]
  /** How mail leaves. Absent: messages stay in the outbox. */
  mail?: MailSettings
  logLevel: LogLevel
  /** Whether the lists of IP addresses are refreshed by themselves. */
  ipUpdates: boolean
  /** Days that tracked actions, and entries of the audit log, are kept; 0 keeps them for good. */
  retention: { eventDays: number; auditDays: number }
  bootstrap: BootstrapConfig
}

export interface BootstrapConfig {
  tenantId?: string
  secretKey?: string
  managementKey?: string
  rpId?: string
  origins?: readonly string[]
}

/** A configuration the server refuses to start with. One sentence for each problem. */
export class ConfigError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.problems = problems
  }
}

interface Setting {
  variable: string
  flag: string
  value: string
  help: string
}

/** Every setting: its variable, its `serve` flag and its meaning. The command line and the manual are generated from this table. */
export const settings = [
  { variable: 'SALLYPORT_PORT', flag: 'port', value: 'number', help: 'port to listen on (default 4000; 0 picks a free port)' },
  { variable: 'SALLYPORT_HOST', flag: 'host', value: 'address', help: 'address to listen on (default 127.0.0.1)' },
  {
    variable: 'SALLYPORT_DATA_DIR',
    flag: 'data-dir',
    value: 'path',
    help: 'directory of the embedded store and generated secrets (default ./data)',
  },
  { variable: 'SALLYPORT_DATABASE_URL', flag: 'database-url', value: 'url', help: 'PostgreSQL URL; replaces the embedded store' },
  {
    variable: 'SALLYPORT_PUBLIC_URL',
    flag: 'public-url',
    value: 'url',
    help: 'URL where browsers reach this server (default http://localhost and the port)',
  },
  { variable: 'SALLYPORT_MASTER_KEY', flag: 'master-key', value: 'key', help: '32 random bytes in base64 or hex (default: generated)' },
  {
    variable: 'SALLYPORT_TRUSTED_PROXIES',
    flag: 'trusted-proxies',
    value: 'list',
    help: 'addresses and ranges of the proxies whose forwarded headers are trusted',
  },
  {
    variable: 'SALLYPORT_WEBHOOK_NETWORKS',
    flag: 'webhook-networks',
    value: 'list',
    help: 'private addresses and ranges of webhooks, also over http, and of the mail servers of tenants (default: none)',
  },
  {
    variable: 'SALLYPORT_IP_UPDATES',
    flag: 'ip-updates',
    value: 'on|off',
    help: 'fetch lists of IP addresses daily from their publishers (default on)',
  },
  {
    variable: 'SALLYPORT_MAIL_URL',
    flag: 'mail-url',
    value: 'url',
    help: 'mail server, such as smtp://user:password@host:587 or smtps://… (default: messages stay in the outbox)',
  },
  {
    variable: 'SALLYPORT_MAIL_FROM',
    flag: 'mail-from',
    value: 'sender',
    help: 'sender of mails, such as `Acme <no-reply@acme.example>`',
  },
  {
    variable: 'SALLYPORT_LOG_LEVEL',
    flag: 'log-level',
    value: 'level',
    help: 'fatal, error, warn, info, debug, trace or silent (default info)',
  },
  {
    variable: 'SALLYPORT_RETENTION_DAYS',
    flag: 'retention-days',
    value: 'number',
    help: 'days to keep tracked actions (default 180; 0 keeps them forever)',
  },
  {
    variable: 'SALLYPORT_AUDIT_RETENTION_DAYS',
    flag: 'audit-retention-days',
    value: 'number',
    help: 'days to keep audit log entries (default 400; 0 keeps them forever)',
  },
  {
    variable: 'SALLYPORT_BOOTSTRAP_TENANT_ID',
    flag: 'bootstrap-tenant-id',
    value: 'id',
    help: 'id of the tenant created at the first start',
  },
  { variable: 'SALLYPORT_BOOTSTRAP_SECRET_KEY', flag: 'bootstrap-secret-key', value: 'key', help: 'secret API key of that tenant' },
  {
    variable: 'SALLYPORT_BOOTSTRAP_MANAGEMENT_KEY',
    flag: 'bootstrap-management-key',
    value: 'key',
    help: 'management API key of that tenant',
  },
  { variable: 'SALLYPORT_BOOTSTRAP_RP_ID', flag: 'bootstrap-rp-id', value: 'domain', help: 'WebAuthn relying party id of that tenant' },
  {
    variable: 'SALLYPORT_BOOTSTRAP_ORIGINS',
    flag: 'bootstrap-origins',
    value: 'list',
    help: 'WebAuthn origins of that tenant, comma-separated',
  },
] as const satisfies readonly Setting[]

/** Settings of commands that call a running server; `serve` ignores them. */
export const remoteSettings = [
  { variable: 'SALLYPORT_API_URL', flag: 'url', value: 'url', help: 'URL of the server (default http://localhost and the port)' },
  { variable: 'SALLYPORT_MANAGEMENT_KEY', flag: 'management-key', value: 'key', help: 'management API key' },
  { variable: 'SALLYPORT_SECRET_KEY', flag: 'secret-key', value: 'key', help: 'secret API key, for `events dispute`' },
] as const satisfies readonly Setting[]

/** Which server a command calls. */
export interface RemoteConfig {
  url: string
  /** Absent: none was given. */
  managementKey?: string
  secretKey?: string
}

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
)

const strongSecret = z.string().superRefine((secret, context) => {
  const reason = weakSecretReason(secret)
  if (reason !== undefined) context.addIssue({ code: 'custom', message: `is too weak: ${reason}` })
})

/** A text that `problemOf` finds nothing wrong with. */
function checkedText(problemOf: (text: string) => string | undefined) {
  return z.string().superRefine((text, context) => {
    const problem = problemOf(text)
    if (problem !== undefined) context.addIssue({ code: 'custom', message: `\`${text}\` ${problem}` })
  })
}

const days = z
  .string()
  .regex(/^\d{1,5}$/, 'must be a number of days, 0 to 99999')
  .transform(Number)

const environment = z.strictObject({
  SALLYPORT_PORT: z
    .string()
    .regex(/^\d+$/, 'must be a number')
    .transform(Number)
    .pipe(z.number().max(65535, 'must be at most 65535'))
    .optional(),
  SALLYPORT_HOST: z.string().optional(),
  SALLYPORT_DATA_DIR: z.string().optional(),
  SALLYPORT_DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must be a postgres:// URL')
    .optional(),
  SALLYPORT_PUBLIC_URL: z.string().superRefine(checkOrigin).transform(toOrigin).optional(),
  SALLYPORT_MASTER_KEY: z
    .string()
    .transform((text, context) => {
      const key = parseMasterKey(text)
      if (typeof key !== 'string') return key
      context.addIssue({ code: 'custom', message: key })
      return z.NEVER
    })
    .optional(),
  SALLYPORT_TRUSTED_PROXIES: list
    .superRefine((items, context) => {
      for (const item of items) {
        try {
          parseTrustedProxies([item])
        } catch (error) {
          context.addIssue({ code: 'custom', message: `is refused: ${error instanceof Error ? error.message : error}` })
        }
      }
    })
    .optional(),
  SALLYPORT_WEBHOOK_NETWORKS: list
    .superRefine((items, context) => {
      for (const item of items) {
        if (parseCidr(item) === null)
          context.addIssue({ code: 'custom', message: `is refused: \`${item}\` is neither an address nor a CIDR range` })
      }
    })
    .optional(),
  SALLYPORT_IP_UPDATES: z.enum(['on', 'off'], { error: 'must be on or off' }).optional(),
  SALLYPORT_MAIL_URL: z
    .string()
    .transform((text, context) => {
      const read = readMailUrl(text)
      if ('server' in read) return read
      for (const message of read.problems) context.addIssue({ code: 'custom', message })
      return z.NEVER
    })
    .optional(),
  SALLYPORT_MAIL_FROM: z
    .string()
    .transform((text, context) => {
      const sender = readMailSender(text)
      if (typeof sender !== 'string') return sender
      context.addIssue({ code: 'custom', message: sender })
      return z.NEVER
    })
    .optional(),
  SALLYPORT_LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      error: 'must be fatal, error, warn, info, debug, trace or silent',
    })
    .optional(),
  SALLYPORT_RETENTION_DAYS: days.optional(),
  SALLYPORT_AUDIT_RETENTION_DAYS: days.optional(),
  SALLYPORT_BOOTSTRAP_TENANT_ID: z
    .string()
    .regex(/^[A-Za-z0-9._~-]{1,64}$/, 'must be 1 to 64 letters, digits, `.`, `_`, `~` or `-`')
    .optional(),
  SALLYPORT_BOOTSTRAP_SECRET_KEY: strongSecret.optional(),
  SALLYPORT_BOOTSTRAP_MANAGEMENT_KEY: strongSecret.optional(),
  SALLYPORT_BOOTSTRAP_RP_ID: checkedText(rpIdProblem).optional(),
  SALLYPORT_BOOTSTRAP_ORIGINS: list
    .superRefine((items, context) => {
      for (const item of items) {
        const problem = originProblem(item)
        if (problem !== undefined) context.addIssue({ code: 'custom', message: `contains \`${item}\`, which ${problem}` })
      }
    })
    .optional(),
})

/**
 * Reads the configuration from flags and environment; a flag wins. An empty variable counts as unset.
 *
 * Throws one `ConfigError` that names every problem: unknown `SALLYPORT_*` variables, malformed values, weak secrets, and combinations
 * that cannot work.
 */
export function loadConfig(flags: Readonly<Record<string, string | undefined>> = {}, env: NodeJS.ProcessEnv = process.env): Config {
  const given: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) {
    const isMine = name.startsWith('SALLYPORT_') && !remoteSettings.some(({ variable }) => variable === name)
    if (isMine && value !== undefined && value !== '') given[name] = value
  }
  for (const { variable, flag } of settings) {
    const value = flags[flag]
    if (value !== undefined) given[variable] = value
  }

  const parsed = environment.safeParse(given, { error: words })
  if (!parsed.success) throw new ConfigError(parsed.error.issues.flatMap(describeIssue))
  const values = parsed.data

  const port = values.SALLYPORT_PORT ?? 4000
  const host = values.SALLYPORT_HOST ?? '127.0.0.1'
  const publicUrl = values.SALLYPORT_PUBLIC_URL
  const mail = values.SALLYPORT_MAIL_URL
  const mailFrom = values.SALLYPORT_MAIL_FROM ?? mail?.from
  const config: Config = {
    port,
    host,
    dataDir: resolve(values.SALLYPORT_DATA_DIR ?? 'data'),
    databaseUrl: values.SALLYPORT_DATABASE_URL,
    publicUrl: publicUrl ?? localUrl(host, port),
    issuer: publicUrl ?? 'https://sallyport.localhost',
    masterKey: values.SALLYPORT_MASTER_KEY,
    trustedProxies: values.SALLYPORT_TRUSTED_PROXIES ?? [],
    webhookNetworks: values.SALLYPORT_WEBHOOK_NETWORKS ?? [],
    ipUpdates: values.SALLYPORT_IP_UPDATES !== 'off',
    ...(mail !== undefined && mailFrom !== undefined && { mail: { ...mail.server, from: mailFrom } }),
    logLevel: values.SALLYPORT_LOG_LEVEL ?? 'info',
    retention: { eventDays: values.SALLYPORT_RETENTION_DAYS ?? 180, auditDays: values.SALLYPORT_AUDIT_RETENTION_DAYS ?? 400 },
    bootstrap: {
      tenantId: values.SALLYPORT_BOOTSTRAP_TENANT_ID,
      secretKey: values.SALLYPORT_BOOTSTRAP_SECRET_KEY,
      managementKey: values.SALLYPORT_BOOTSTRAP_MANAGEMENT_KEY,
      rpId: values.SALLYPORT_BOOTSTRAP_RP_ID,
      origins: values.SALLYPORT_BOOTSTRAP_ORIGINS,
    },
  }
  const problems = contradictions(config)
  if (mail !== undefined && mailFrom === undefined) {
    problems.push('SALLYPORT_MAIL_FROM must be set if SALLYPORT_MAIL_URL is, such as `Acme <no-reply@acme.example>`')
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return config
}

/** Reads which server to call; a flag wins. Without a URL it is the server on this machine, on the configured port. */
export function loadRemoteConfig(
  flags: Readonly<Record<string, string | undefined>> = {},
  env: NodeJS.ProcessEnv = process.env,
): RemoteConfig {
  const { host, port } = loadConfig(flags, env)
  const [url, managementKey, secretKey] = remoteSettings.map(({ variable, flag }) => flags[flag] ?? (env[variable] || undefined))
  if (url !== undefined && !/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
    throw new ConfigError([`SALLYPORT_API_URL must be an http or https URL, not \`${url}\``])
  }
  return { url: url ?? localUrl(host, port), managementKey, secretKey }
}

/** The URL for a browser on this machine. WebAuthn needs a name, so loopback and wildcard addresses become `localhost`. */
export function localUrl(host: string, port: number): string {
  const isLocal = ['127.0.0.1', '0.0.0.0', '::1', '::', 'localhost'].includes(host)
  const name = isLocal ? 'localhost' : isIP(host) === 6 ? `[${host}]` : host
  return `http://${name}:${port}`
}

function contradictions(config: Config): string[] {
  const problems: string[] = []
  const { secretKey, managementKey, tenantId, rpId, origins } = config.bootstrap
  if (secretKey !== undefined && secretKey === managementKey) {
    problems.push('SALLYPORT_BOOTSTRAP_MANAGEMENT_KEY must differ from SALLYPORT_BOOTSTRAP_SECRET_KEY')
  }
  if ((secretKey !== undefined || managementKey !== undefined) && tenantId === undefined) {
    problems.push('SALLYPORT_BOOTSTRAP_TENANT_ID must be set if a bootstrap key is set')
  }
  if (rpId !== undefined) {
    const wording = { rpId: 'SALLYPORT_BOOTSTRAP_RP_ID', origins: 'SALLYPORT_BOOTSTRAP_ORIGINS contains' }
    problems.push(...relyingPartyProblems({ rpId, origins: origins ?? [] }, wording))
  }
  return problems
}

function describeIssue(issue: z.core.$ZodIssue): string[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => `${key} is not a setting of this version`)
  return [`${String(issue.path[0])} ${issue.message}`]
}

function checkOrigin(text: string, context: z.core.$RefinementCtx<unknown>): void {
  const url = URL.parse(text)
  const isOrigin =
    url !== null &&
    (url.protocol === 'http:' || url.protocol === 'https:') &&
    url.pathname === '/' &&
    url.search === '' &&
    url.hash === '' &&
    url.username === ''
  if (!isOrigin)
    context.issues.push({ code: 'custom', message: `must be http(s)://host[:port] without a path, not \`${text}\``, input: text })
}

function toOrigin(text: string): string {
  return URL.parse(text)?.origin ?? text
}

/** The 32 bytes, or what is wrong with the text. */
export function parseMasterKey(text: string): Uint8Array | string {
  const bytes = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64')
  if (bytes.length !== 32) return 'must be 32 random bytes in base64 or hex (openssl rand -base64 32)'
  if (new Set(bytes).size < 16) return 'is too weak: its bytes repeat (openssl rand -base64 32)'
  return bytes
}

/** The environment for a child process: this process's own, with additions. */
export function environmentWith(added: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { ...process.env, ...added }
}

/** Whether npm runs this process (`npx sallyport`, a script of package.json). npm ends without passing its signals on to it. */
export function isStartedByNpm(env: NodeJS.ProcessEnv = process.env): boolean {
  return (env.npm_command ?? env.npm_lifecycle_event) !== undefined
}
