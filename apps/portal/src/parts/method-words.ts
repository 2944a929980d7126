const methods: Readonly<Record<string, string>> = {
  PASSKEY: 'passkey',
  SECURITY_KEY: 'security key',
  AUTHENTICATOR_APP: 'authenticator app',
  EMAIL_OTP: 'e-mail code',
  EMAIL_MAGIC_LINK: 'e-mail link',
  SMS: 'text message',
  WHATSAPP: 'WhatsApp',
  RECOVERY_CODE: 'recovery codes',
  PUSH: 'push to a phone',
  QR_CODE: 'QR code',
  IN_APP: 'key in an app',
}

/** A verification method in plain words. */
export function methodWords(method: string): string {
  return (Object.hasOwn(methods, method) ? methods[method] : undefined) ?? method.toLowerCase().replaceAll('_', ' ')
}

/** The same as a title: `Text message`. */
export function methodTitle(method: string): string {
  const words = methodWords(method)
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`
}
