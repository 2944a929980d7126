/** A tenant with that id already exists. */
export class TenantExistsError extends Error {
  constructor(tenantId: string) {
    super(`the tenant \`${tenantId}\` already exists`)
    this.name = 'TenantExistsError'
  }
}
