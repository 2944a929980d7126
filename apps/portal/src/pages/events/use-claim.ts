import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { api } from '../../api/api.ts'
import { type EventPath, eventId } from '../../url/event-id.ts'
import { receiptQuery } from './receipt.ts'

export type Claim = { state: 'none' } | { state: 'asking' } | { state: 'mine'; until: string } | { state: 'refused'; error: unknown }

/** Holds an action while it is looked at, and lets it go afterwards. `again` takes ten more minutes; `settled` says that there is nothing left to let go. */
export function useClaim(event: EventPath | undefined, isWanted: boolean): { claim: Claim; again: () => void; settled: () => void } {
  const client = useQueryClient()
  const [claim, setClaim] = useState<Claim>({ state: 'none' })
  const [turn, setTurn] = useState(0)
  const isSettled = useRef(false)
  const id = event === undefined ? undefined : eventId(event)
  const path = useRef(event)
  path.current = event

  // biome-ignore lint/correctness/useExhaustiveDependencies: another turn asks again
  useEffect(() => {
    const held = path.current
    if (held === undefined || !isWanted) {
      setClaim({ state: 'none' })
      return
    }
    let isCurrent = true
    isSettled.current = false
    setClaim({ state: 'asking' })
    const asked = api.post('/events/{userId}/{action}/{idempotencyKey}/claim', { path: held, body: {} })
    asked.then(
      ({ expiresAt }) => isCurrent && setClaim({ state: 'mine', until: expiresAt }),
      (error: unknown) => isCurrent && setClaim({ state: 'refused', error }),
    )
    const readAgain = () => client.invalidateQueries({ queryKey: ['reviews', 'queue'] })
    // A refusal may mean that it was decided meanwhile.
    void asked.then(readAgain, () => Promise.all([readAgain(), client.invalidateQueries({ queryKey: receiptQuery(held).queryKey })]))
    return () => {
      isCurrent = false
      if (isSettled.current) return
      // Whoever waits for it need not wait ten minutes. If it cannot be let go, it ends by itself.
      void asked
        .then(() => api.delete('/events/{userId}/{action}/{idempotencyKey}/claim', { path: held }))
        .then(readAgain)
        .catch(() => {})
    }
  }, [id, isWanted, turn, client])

  return {
    claim,
    again: () => {
      isSettled.current = true
      setTurn((now) => now + 1)
    },
    settled: () => {
      isSettled.current = true
    },
  }
}
