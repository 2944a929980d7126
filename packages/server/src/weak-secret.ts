const wellKnown =
  /secret|password|passwort|passw0rd|change|me|default|example|sample|test|demo|admin|sallyport|authsignal|token|key|qwerty|letmein|[-_. ]/gi

/**
 * Why a secret chosen by a person must not be used, or `undefined`. Secrets sign tokens, so they need the strength of a random 256-bit key
 * (RFC 8725, "Use Keys with Sufficient Entropy"); this catches placeholders and short or repeated text. It cannot prove randomness.
 */
export function weakSecretReason(secret: string): string | undefined {
  if (secret.length < 32) return 'it needs at least 32 characters'
  if (secret.length > 512) return 'it must not be longer than 512 characters'
  if (!/^[\x21-\x39\x3b-\x7e]+$/.test(secret)) return 'it may contain only visible ASCII characters except the colon'
  if (new Set(secret).size < 10) return 'its characters repeat'
  if (`${secret}${secret}`.indexOf(secret, 1) < secret.length) return 'it repeats a shorter text'
  if (secret.replace(wellKnown, '').length < 16) return 'it consists of well-known words'
  return undefined
}
