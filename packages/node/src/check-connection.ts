import { SallyportError, type SallyportErrorDetails } from './sallyport-error.ts'

/** The options that say which server to call, and as whom. */
export interface ConnectionOptions {
  apiSecretKey: string | undefined
  apiUrl: string | undefined
}

export interface CheckedConnection {
  apiSecretKey: string
  /** Without a slash at the end. */
  apiUrl: string
}

/** Refuses options with which no call can succeed, and says what to change. Never repeats a key. */
export function checkConnection({ apiSecretKey, apiUrl }: ConnectionOptions): CheckedConnection {
  const key = apiSecretKey?.trim()
  const url = apiUrl?.trim()
  if (!key) throw misconfigured('`apiSecretKey` is not set')
  if (!url) throw misconfigured('`apiUrl` is not set: it is the address of your server with `/v1`, such as `http://localhost:4000/v1`')
  if (isUrl(key) || url.startsWith('sallyport_')) {
    throw misconfigured('`apiSecretKey` and `apiUrl` are swapped: the key is the one that is not an address')
  }
  if (key.startsWith('sallyport_mk_')) {
    throw misconfigured('`apiSecretKey` is a management key: use the secret key of the tenant, which begins with `sallyport_sk_`')
  }
  if (!isUrl(url)) throw misconfigured(`\`apiUrl\` has no \`http://\` or \`https://\`: use \`${withScheme(url)}\``)
  if (!URL.canParse(url) || /[?#]/.test(url)) throw misconfigured('`apiUrl` is not an address such as `http://localhost:4000/v1`')
  return { apiSecretKey: key, apiUrl: url.replace(/\/+$/, '') }
}

/** The same refusal with what to change, when it comes from the options and not from the call. `undefined`: it does not. */
export function explainRefusal(apiUrl: string, refusal: SallyportErrorDetails): SallyportErrorDetails | undefined {
  const { code, statusCode, description } = refusal
  if (statusCode === 404 && code === 'not_found' && !apiUrl.endsWith('/v1')) {
    return {
      ...refusal,
      code: 'invalid_configuration',
      description: `\`apiUrl\` must end with \`/v1\`: use \`${new URL(apiUrl).origin}/v1\``,
    }
  }
  // The server's text is fixed for the sake of other clients, and speaks of regions.
  if (statusCode === 401 && description.includes('region base URL')) {
    const wanted = 'it must be the secret key of a tenant of this server, not a management key or a tenant id, and still in force'
    return { ...refusal, description: `\`${new URL(apiUrl).origin}\` does not accept \`apiSecretKey\`: ${wanted}` }
  }
  return undefined
}

function isUrl(text: string): boolean {
  return /^https?:\/\//i.test(text)
}

/** A copy of what was given, without what may be a password in it. */
function withScheme(text: string): string {
  const address = text.replace(/^[a-z+.-]*:?\/\//i, '').replace(/^.*@/, '')
  const isLocal = /^(localhost|127\.|\[::1\])/i.test(address)
  return `${isLocal ? 'http' : 'https'}://${address}`
}

function misconfigured(description: string): SallyportError {
  return new SallyportError({ code: 'invalid_configuration', statusCode: 0, description })
}
