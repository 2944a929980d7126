import type { AuthenticatorRow } from '../authenticators/authenticator-row.ts'
import type { Tenant } from '../configuration/tenant.ts'
import type { Store } from '../storage/store.ts'
import { type DeviceKeyMethod, loadDeviceKeySettings } from './device-key-method.ts'
import type { DeviceKey, DeviceKeyDetails } from './find-device-key.ts'
import { expiryOf } from './register-device-key.ts'

/** Begins the lifetime of a key in force again. One that has expired has to be registered again. */
export async function renewDeviceKey(
  { store, clock }: { store: Store; clock: () => number },
  tenant: Tenant,
  method: DeviceKeyMethod,
  { row, userId }: DeviceKey,
): Promise<AuthenticatorRow> {
  const { credentialLifetimeInMinutes } = loadDeviceKeySettings(tenant, method)
  const { tenantId } = tenant
  return store.transaction({ tenantId, userId }, async ({ db }) => {
    // A person may have renamed it since it was read.
    const now = await db
      .selectFrom('authenticators')
      .selectAll()
      .where('tenant_id', '=', tenantId)
      .where('user_authenticator_id', '=', row.user_authenticator_id)
      .executeTakeFirstOrThrow()
    const details: DeviceKeyDetails = { ...JSON.parse(now.details), expiresAt: expiryOf(credentialLifetimeInMinutes, clock()) }
    await db
      .updateTable('authenticators')
      .set({ details: JSON.stringify(details) })
      .where('tenant_id', '=', tenantId)
      .where('user_authenticator_id', '=', row.user_authenticator_id)
      .execute()
    return { ...now, details: JSON.stringify(details) }
  })
}
