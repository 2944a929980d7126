import { z } from 'zod'
import type { Tenant } from '../configuration/tenant.ts'

/** A verification method as a tenant configured it, without anything secret. */
export const authenticatorConfiguration = z
  .object({
    authenticatorId: z.string(),
    verificationMethod: z.string(),
    isActive: z.boolean(),
    isEditableByUser: z.boolean().optional(),
    isHiddenToUser: z.boolean().optional(),
  })
  .meta({ id: 'VerificationMethodConfiguration' })

export function listConfigurations(tenant: Tenant): z.infer<typeof authenticatorConfiguration>[] {
  return tenant.authenticatorConfigurations.map(({ authenticatorId, verificationMethod, isActive, settings }) => ({
    authenticatorId,
    verificationMethod,
    isActive,
    isEditableByUser: typeof settings.isEditableByUser === 'boolean' ? settings.isEditableByUser : undefined,
    isHiddenToUser: typeof settings.isHiddenToUser === 'boolean' ? settings.isHiddenToUser : undefined,
  }))
}
