import type { VerificationMethod } from '@sallyport/engine'
import type { z } from 'zod'

/** What a tenant's configuration of a method holds, as it is stored. */
export type MethodSettings = Readonly<Record<string, unknown>>

/** What a method may ask when its configuration is changed. */
export interface ConfigurationTools {
  /** Encrypts a secret for the tenant and the method, as it is stored. */
  seal(secret: string): string
  /** Why a server that the tenant names can never be reached, in words. */
  problemOfHost(host: string): string | undefined
}

/** What a tenant is created with. */
export interface NewTenant {
  name: string
  rpId: string
  origins: readonly string[]
}

/** How the management API configures a verification method. */
export interface ConfigurableMethod {
  name: VerificationMethod
  configuration: {
    /** What is stored for a new tenant. Absent: a new tenant does not begin with this method. */
    initial?(tenant: NewTenant): MethodSettings
    /** Last part of its path: `/authenticator-configurations/passkey`. */
    path: string
    /** As summaries call several: `passkeys`. */
    plural: string
    /** As they call the configuration: `passkey configuration`. */
    title: string
    /** Members of the body that configures it, besides `isActive`. A change may hold any of them; `null` clears one. Members of two methods by one name have one type. */
    fields: z.ZodRawShape
    /** What is stored, from what was stored and the members that were sent. */
    apply(before: MethodSettings, sent: MethodSettings, tools: ConfigurationTools): MethodSettings
    /** Members of the reply. Never a secret. */
    show(settings: MethodSettings): MethodSettings
  }
}
