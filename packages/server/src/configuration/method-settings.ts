import type { VerificationMethod } from '@sallyport/engine'
import { ApiError } from '../errors/api-error.ts'
import type { Tenant } from './tenant.ts'

/** The tenant's settings of a method. Refuses with `invalid_configuration` a method that is not configured or is switched off. */
export function loadMethodSettings(
  { authenticatorConfigurations }: Pick<Tenant, 'authenticatorConfigurations'>,
  method: VerificationMethod,
): Readonly<Record<string, unknown>> {
  const configuration = authenticatorConfigurations.find(({ verificationMethod }) => verificationMethod === method)
  if (!configuration?.isActive) throw new ApiError('invalid_configuration', `${method} is not enabled for this tenant`)
  return configuration.settings
}
