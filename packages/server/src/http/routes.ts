import type { Routes } from './app-type.ts'

/** `/v1`: the tenant's own servers, with the secret API key. */
export const serverRoutes: readonly Routes[] = []

/** `/v1/client`: browsers and apps, with a token or the tenant's id. */
export const clientRoutes: readonly Routes[] = []

/** `/v1/management`: configuration, with the management API key. */
export const managementRoutes: readonly Routes[] = []
