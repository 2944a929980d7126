import type { NamedMethod } from '../authenticators/named-method.ts'
import { isEnabledMethod } from '../configuration/enabled-methods.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'

/** A verification method whose authenticators are keys in an app on a phone. */
export interface DeviceKeyMethod extends NamedMethod {
  /** `push devices`. */
  plural: string
  /** Last part of its paths: `/user-authenticators/push`. */
  path: string
}

/** The stored settings of such a method. */
export interface DeviceKeySettings {
  [other: string]: unknown
  /** How long a key can be used after it was registered or renewed. Absent: without end. */
  credentialLifetimeInMinutes?: number
  /** Of `PUSH`: the device has to send the number that the waiting page shows. Absent: it has to. */
  requireNumberMatching?: boolean
  pushProvider?: 'DEFAULT' | 'WEBHOOK'
  webhookUrl?: string
}

/** Refuses with `invalid_configuration` when the tenant has no active configuration of the method. */
export function loadDeviceKeySettings(tenant: Tenant, { name, plural }: DeviceKeyMethod): DeviceKeySettings {
  if (!isEnabledMethod(tenant, name)) throw new ApiError('invalid_configuration', `${plural} are not enabled for this tenant`)
  return tenant.authenticatorConfigurations.find(({ verificationMethod }) => verificationMethod === name)?.settings ?? {}
}
