import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type Answer, api } from '../../api/api.ts'

export type Tenant = Answer<'get', '/tenant'>
export type TenantChange = Partial<Omit<Tenant, 'tenantId'>>

export function useTenant() {
  return useQuery({ queryKey: ['tenant'], queryFn: ({ signal }) => api.get('/tenant', { signal }) })
}

/** Changes settings of the tenant; the name is also in the frame. */
export function useChangeTenant(): (change: TenantChange) => Promise<unknown> {
  const client = useQueryClient()
  return async (body) => {
    client.setQueryData(['tenant'], await api.patch('/tenant', { body }))
    if (body.name !== undefined) await client.invalidateQueries({ queryKey: ['session'] })
  }
}
