import { useSuspenseQuery } from '@tanstack/react-query'
import type { components } from '../../generated/api-types.ts'
import { routeRoles } from '../../generated/route-roles.ts'
import { api } from './api.ts'

/** A route of the management API, as its description names it: `POST /value-lists/{alias}/items`. */
export type Route = keyof typeof routeRoles
export type Role = components['schemas']['WhoAmI']['role']

export interface Me {
  who: components['schemas']['WhoAmI']
  /** Whether this role may call a route. A page shows no button for what it may not; the API refuses it anyway. */
  may(route: Route): boolean
}

/** The admin who is signed in. */
export function useMe(): Me {
  const { data: who } = useSuspenseQuery({ queryKey: ['session'], queryFn: () => api.get('/session'), staleTime: 60_000 })
  return { who, may: (route) => mayCall(who.role, route) }
}

export function mayCall(role: Role, route: Route): boolean {
  return routeRoles[route].split(' ').includes(role)
}
