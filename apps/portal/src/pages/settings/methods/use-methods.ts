import { useQuery } from '@tanstack/react-query'
import { type Answer, api } from '../../../api/api.ts'

/** A verification method that the tenant can have. */
export type Method = Answer<'get', '/verification-methods'>[number]

/** All methods, the strongest first. A change of a configuration reads them again. */
export function useMethods() {
  return useQuery({
    queryKey: ['authenticator-configurations', 'methods'],
    queryFn: async ({ signal }) => (await api.get('/verification-methods', { signal })).toSorted((a, b) => b.rank - a.rank),
  })
}
