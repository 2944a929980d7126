import type { VerificationMethod } from '@sallyport/engine'
import type { Tenant } from '../configuration/tenant.ts'
import type { ProviderSecrets } from '../keys/provider-secrets.ts'
import { readMailSender } from '../mail/mail-settings.ts'
import type { FoundHost, Webhooks } from '../webhooks/webhooks.ts'
import type { Carrier } from './delivery.ts'
import { createMailer } from './mailer.ts'
import type { Attempt } from './send-failure.ts'

/** What is stored of a mail server that a tenant named: its password encrypted. */
export interface StoredMailServer {
  host: string
  port: number
  /** TLS from the first byte; else by STARTTLS. */
  secure: boolean
  user?: string
  sealedPassword?: string
  /** `Acme <no-reply@acme.example>` */
  from: string
}

export interface TenantMailDeps {
  webhooks: Pick<Webhooks, 'findHost'>
  providerSecrets: Pick<ProviderSecrets, 'open'>
}

/** The methods whose configuration can name a mail server. */
const mailMethods = ['EMAIL_OTP', 'EMAIL_MAGIC_LINK'] as const satisfies VerificationMethod[]

/**
 * Sends by a mail server that a tenant named. It is reached by the rules for webhooks: never in a private network that the operator does not allow, and without
 * encryption nowhere else. The name is resolved for each mail, and the connection goes to the address that was checked.
 */
export function tenantMailServer(
  { webhooks, providerSecrets }: TenantMailDeps,
  { tenantId }: Pick<Tenant, 'tenantId'>,
  method: VerificationMethod,
  { host, port, secure, user, sealedPassword, from }: StoredMailServer,
): Carrier {
  return {
    async send(mail, signal) {
      const found = await webhooks.findHost(host)
      if ('refused' in found) return unreached(found.refused)
      const sender = readMailSender(from)
      if (typeof sender === 'string') throw new Error('a sender was stored that cannot be read')
      const login =
        user === undefined || sealedPassword === undefined
          ? undefined
          : { user, password: providerSecrets.open(sealedPassword, tenantId, method) }
      const mailer = createMailer({ host: found.address, certifiedName: host, port, tls: tlsOf(secure, found), login, from: sender })
      return mailer.send(mail, signal)
    },
  }
}

/** The mail server for messages that are of no method, such as notices. `undefined`: the tenant named none. */
export function findTenantMailServer(deps: TenantMailDeps, tenant: Tenant): Carrier | undefined {
  for (const method of mailMethods) {
    const configured = tenant.authenticatorConfigurations.find((one) => one.verificationMethod === method && one.isActive)
    const { emailProvider, smtpEmailCredentials } = configured?.settings ?? {}
    if (emailProvider === 'SMTP') return tenantMailServer(deps, tenant, method, smtpEmailCredentials as StoredMailServer)
  }
  return undefined
}

function tlsOf(secure: boolean, { mayBePlain }: FoundHost): 'implicit' | 'required' | 'offered' {
  if (secure) return 'implicit'
  return mayBePlain ? 'offered' : 'required'
}

function unreached(reason: 'host_not_found' | 'host_not_allowed'): Attempt {
  return { isSent: false, reason, isPassing: reason === 'host_not_found', isOfServer: false }
}
