import { useQuery } from '@tanstack/react-query'
import { type Answer, api } from '../../api/api.ts'

/** How one verification method is set up. */
export type Configuration = Answer<'get', '/authenticator-configurations'>[number]

export function useConfigurations() {
  return useQuery({
    queryKey: ['authenticator-configurations'],
    queryFn: ({ signal }) => api.get('/authenticator-configurations', { signal }),
  })
}
