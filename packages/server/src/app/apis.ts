import type { Scheme } from '../callers/authenticate.ts'
import type { Routes } from '../http/app-type.ts'
import type { AppDeps } from './app-deps.ts'
import { clientRoutes, managementRoutes, serverRoutes } from './routes.ts'

/** One of the three APIs: where it lives, who may call it, what it answers. */
interface Api {
  prefix: string
  scheme: Scheme
  routes: readonly Routes<AppDeps>[]
}

export const apis: readonly Api[] = [
  { prefix: '/v1', scheme: 'secret_key', routes: serverRoutes },
  { prefix: '/v1/client', scheme: 'client', routes: clientRoutes },
  { prefix: '/v1/management', scheme: 'management_key', routes: managementRoutes },
]
