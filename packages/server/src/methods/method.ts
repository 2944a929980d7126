import type { Logger } from 'pino'
import type { AuthenticatorSecrets } from '../authenticators/authenticator-secret.ts'
import type { BindableMethod } from '../authenticators/bindable-method.ts'
import type { AnswerChallengeDeps } from '../challenges/answer-challenge.ts'
import type { ChallengeSeal } from '../challenges/challenge-seal.ts'
import type { FinishBindingDeps } from '../challenges/finish-binding.ts'
import type { OneTimeCodes } from '../challenges/one-time-codes.ts'
import type { TenantDirectory } from '../configuration/tenant.ts'
import type { Delivery } from '../delivery/delivery.ts'
import type { Routes } from '../http/app-type.ts'
import type { SocketLimits } from '../http/socket-limits.ts'
import type { ProviderSecrets } from '../keys/provider-secrets.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { PurgeDeps } from '../retention/purge-expired.ts'
import type { ConfigurableMethod } from '../tenants/configurable-method.ts'
import type { TakeSendDeps } from '../tries/take-send.ts'
import type { Webhooks } from '../webhooks/webhooks.ts'

/** What the routes of a method may call. */
export type MethodDeps = Omit<AnswerChallengeDeps, 'purge' | 'config'> &
  Omit<FinishBindingDeps, 'config'> &
  PurgeDeps &
  TakeSendDeps & {
    config: { issuer: string; publicUrl: string }
    challengeSeal: ChallengeSeal
    authenticatorSecrets: AuthenticatorSecrets
    oneTimeCodes: OneTimeCodes
    delivery: Pick<Delivery, 'deliver'>
    providerSecrets: Pick<ProviderSecrets, 'open'>
    twilioUrl?: string | undefined
    tenants: Pick<TenantDirectory, 'find'>
    metrics: Pick<Metrics, 'setOpenSockets'>
    log: Pick<Logger, 'error' | 'warn'>
    socketLimits?: Partial<SocketLimits> | undefined
    webhooks: Pick<Webhooks, 'call' | 'findHost'>
    methods: readonly BindableMethod[]
  }

/**
 * A verification method: its name, its configuration, what binding and listing have to know of it, and its routes, in which it begins and checks challenges
 * (`beginBinding`, `finishBinding`, `beginChallenge`, `answerChallenge`). Everything else is written once, in `challenges` and `authenticators`.
 */
export interface Method extends BindableMethod, ConfigurableMethod {
  /** Under each API, after its prefix; `sockets`: WebSockets, at the paths where clients look for them. */
  routes: { server?: readonly Routes<MethodDeps>[]; client?: readonly Routes<MethodDeps>[]; sockets?: readonly Routes<MethodDeps>[] }
}
