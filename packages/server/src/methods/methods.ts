import { authenticatorApp } from './authenticator-app/authenticator-app.ts'
import { codeMethods } from './code-methods.ts'
import { emailMagicLink } from './email-magic-link/email-magic-link.ts'
import { inApp } from './in-app/in-app.ts'
import type { Method } from './method.ts'
import { passkey } from './passkey/passkey.ts'
import { push } from './push/push.ts'
import { qrCode } from './qr-code/qr-code.ts'
import { recoveryCode } from './recovery-code/recovery-code.ts'
import { securityKey } from './security-key/security-key.ts'

/** The verification methods of this server, one line each. The application hands this table to everything that needs it. */
export const methods: readonly Method[] = [
  passkey,
  securityKey,
  authenticatorApp,
  ...codeMethods,
  emailMagicLink,
  recoveryCode,
  push,
  qrCode,
  inApp,
]
