const methods: Readonly<Record<string, string>> = {
  PASSKEY: 'passkey',
  SECURITY_KEY: 'security key',
  AUTHENTICATOR_APP: 'authenticator app',
  EMAIL_OTP: 'e-mail code',
  EMAIL_MAGIC_LINK: 'e-mail link',
  SMS: 'text message',
  WHATSAPP: 'WhatsApp',
  RECOVERY_CODE: 'recovery codes',
}

/** A verification method in plain words. */
export function methodWords(method: string): string {
  return (Object.hasOwn(methods, method) ? methods[method] : undefined) ?? method.toLowerCase().replaceAll('_', ' ')
}
