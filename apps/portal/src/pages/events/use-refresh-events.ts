import { useQueryClient } from '@tanstack/react-query'

/** After something was said of an event: its receipt, the lists that show it, and the queue are read again. */
export function useRefreshEvents(): () => Promise<void> {
  const client = useQueryClient()
  return async () => {
    await Promise.all(['events', 'reviews'].map((key) => client.invalidateQueries({ queryKey: [key] })))
  }
}
