import { defaultTrustOnFirstUse, type TrustOnFirstUse } from '@sallyport/engine'
import type { TenantSettings } from './tenant.ts'

/** How much the first days of an account prove at a tenant. */
export function trustOnFirstUseOf({ trustOnFirstUse }: Pick<TenantSettings, 'trustOnFirstUse'>): TrustOnFirstUse {
  return { ...defaultTrustOnFirstUse, ...trustOnFirstUse }
}
