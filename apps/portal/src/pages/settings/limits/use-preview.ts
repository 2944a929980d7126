import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type Answer, api } from '../../../api/api.ts'
import type { WireLimits } from './limit-draft.ts'

export type Preview = Answer<'post', '/authenticator-configurations/passkey/limits/preview'>

/** What limits of a method would mean. Nothing is changed by it. */
export function usePreview(path: string, limits: WireLimits, pricePerMessage: number | undefined, isWanted: boolean) {
  return useQuery({
    queryKey: ['limits', 'preview', path, limits, pricePerMessage],
    queryFn: ({ signal }) =>
      api.post(`/authenticator-configurations/${path}/limits/preview` as '/authenticator-configurations/passkey/limits/preview', {
        body: { ...limits, ...(pricePerMessage !== undefined && { pricePerMessage }) },
        signal,
      }),
    enabled: isWanted,
    placeholderData: keepPreviousData,
    retry: false,
  })
}
