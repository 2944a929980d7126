/** Names one instance. */
export interface InstanceKey {
  tenantId: string
  userId: string
  action: string
  idempotencyKey: string
}
