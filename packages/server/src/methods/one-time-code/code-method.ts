import type { FastifyReply, FastifyRequest } from 'fastify'
import type { BindableMethod } from '../../authenticators/bindable-method.ts'
import type { CodePlace, OneTimeCodes } from '../../challenges/one-time-codes.ts'
import type { Tenant } from '../../configuration/tenant.ts'
import type { Carrier } from '../../delivery/delivery.ts'
import type { ProviderSecrets } from '../../keys/provider-secrets.ts'
import type { Webhooks } from '../../webhooks/webhooks.ts'
import type { CodeSettings } from './code-settings.ts'

/** Who asked for a code. */
export interface Sender {
  userAgent: string | undefined
  ipAddress: string
  /** What its browser is recognised by. */
  browser: string | undefined
}

/** A code that is on its way, and why. */
export interface CodeMessage {
  to: string
  code: string
  /** The link that is sent in place of the code. */
  url?: string | undefined
  /** `undefined`: the application asked, and has not said who it is. */
  userId: string | undefined
  actionCode: string
  idempotencyKey: string
  userAgent: string | undefined
  ipAddress: string | undefined
  /** BCP 47. */
  locale: string | undefined
}

export interface CarrierDeps {
  webhooks: Pick<Webhooks, 'call' | 'findHost'>
  providerSecrets: Pick<ProviderSecrets, 'open'>
  /** Absent: Twilio's own. */
  twilioUrl?: string | undefined
}

/** A verification method by which codes are sent to an address or a number. */
export interface CodeMethod extends BindableMethod {
  /** Last part of its paths: `/challenge/email-otp`. */
  path: string
  /** What is sent to, as the wire calls it. */
  destination: 'email' | 'phoneNumber'
  channel: 'mail' | 'phone'
  /** The destination as it is kept. Refuses one that nobody can be reached at, or that the tenant does not send to. */
  readDestination(settings: CodeSettings, text: string): string
  /** A link is sent in place of the code, which the page behind it shows to browsers that it does not recognise. Absent: the code itself is sent. */
  link?: {
    /** The address that is sent, with what is kept of it. */
    make(
      deps: { oneTimeCodes: OneTimeCodes; config: { publicUrl: string } },
      place: CodePlace,
      code: string,
      sender: Sender,
    ): { url: string; details: object }
    /** Marks the browser that asks, so that the page recognises it. `undefined`: it cannot be marked. */
    markBrowser(request: FastifyRequest, reply: FastifyReply, site: { publicUrl: string }): string | undefined
  }
  /** The provider that the tenant chose. `undefined`: none. */
  carrierOf(deps: CarrierDeps, tenant: Tenant, settings: CodeSettings, message: CodeMessage): Carrier | undefined
}
