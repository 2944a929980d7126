import { useQuery } from '@tanstack/react-query'
import { api } from '../api/api.ts'

const most = 100

/** How many actions wait for a review, as text (`99+` where there are more than one page of them). `undefined`: none, or not known. */
export function useWaitingReviews(): string | undefined {
  const { data } = useQuery({
    queryKey: ['reviews', 'waiting'],
    queryFn: ({ signal }) => api.get('/reviews', { query: { limit: most }, signal }),
    refetchInterval: 60_000,
  })
  if (data === undefined || data.reviews.length === 0) return undefined
  return data.cursor === undefined ? String(data.reviews.length) : `${most - 1}+`
}
