import { useQueryClient } from '@tanstack/react-query'
import { api } from '../../../api/api.ts'
import type { Configuration } from '../use-configurations.ts'
import type { Method } from './use-methods.ts'

/** Sets a method up, changes it or removes it, and reads what the pages show of it again. */
export function useChangeMethod({ path, authenticatorId }: Pick<Method, 'path' | 'authenticatorId'>) {
  const client = useQueryClient()
  const readAgain = () => client.invalidateQueries({ queryKey: ['authenticator-configurations'] })
  // Which members a method has is said by the server at run time, so the types of the API, which hold those of all, have nothing to check.
  return {
    change: async (members: Readonly<Record<string, unknown>>): Promise<Configuration> => {
      const body = members as never
      const changed =
        authenticatorId === undefined
          ? await api.post(`/authenticator-configurations/${path}` as '/authenticator-configurations/passkey', { body })
          : await api.patch('/authenticator-configurations/{authenticatorId}', { path: { authenticatorId }, body })
      await readAgain()
      return changed
    },
    remove: async () => {
      if (authenticatorId === undefined) return
      await api.delete('/authenticator-configurations/{authenticatorId}', { path: { authenticatorId } })
      await readAgain()
    },
  }
}
