import { QueryClient } from '@tanstack/react-query'
import { ApiFault } from './api-fault.ts'

/** What was read stays on the page until something asks for it again: nothing moves under the hand. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      refetchOnWindowFocus: false,
      // A refusal stays one. A server that is starting or full may answer the next time.
      retry: (count, error) =>
        count < 2 && error instanceof ApiFault && (error.status === 0 || error.status >= 500 || error.status === 429),
    },
    mutations: { retry: false },
  },
})
