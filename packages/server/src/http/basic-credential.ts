const base64Text = /^[A-Za-z0-9+/_-]+={0,2}$/
const maxLength = 2048

/**
 * The user name of an HTTP Basic credential, in every encoding that clients send: base64 or base64url, with the colon that belongs there or
 * without it. `undefined` for anything else, and when there is a password, which no client sends on purpose.
 */
export function basicUserName(authorization: string | undefined): string | undefined {
  const encoded = credentialOf(authorization, 'basic')
  if (encoded === undefined || encoded.length > maxLength || !base64Text.test(encoded)) return undefined
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon === -1) return text === '' ? undefined : text
  return colon > 0 && colon === text.length - 1 ? text.slice(0, colon) : undefined
}

/** The token of a Bearer credential. */
export function bearerToken(authorization: string | undefined): string | undefined {
  return credentialOf(authorization, 'bearer')
}

/** The tenant id of a client API credential; browsers percent-encode it first. */
export function basicTenantId(authorization: string | undefined): string | undefined {
  const name = basicUserName(authorization)
  if (name === undefined) return undefined
  try {
    return decodeURIComponent(name)
  } catch {
    return undefined
  }
}

function credentialOf(authorization: string | undefined, scheme: 'basic' | 'bearer'): string | undefined {
  if (authorization === undefined || authorization.charCodeAt(scheme.length) !== 32) return undefined
  if (authorization.slice(0, scheme.length).toLowerCase() !== scheme) return undefined
  const credential = authorization.slice(scheme.length + 1).trim()
  return credential === '' ? undefined : credential
}
