import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { Button } from '../../parts/button.tsx'
import { Problem } from '../../parts/problem.tsx'
import { Time } from '../../parts/time.tsx'
import { completeness } from './completeness.ts'
import type { Feature } from './use-features.ts'

/** Whether a feature covers its window, and the button that fills it from stored events. */
export function Filling({ feature }: { feature: Feature }) {
  const { name, isComplete, completeFrom, backfill } = feature
  const { may } = useMe()
  const client = useQueryClient()
  const fill = useMutation({
    mutationFn: () => api.post('/velocity-features/{name}/backfill', { path: { name } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['features'] }),
  })
  const isRunning = backfill?.status === 'running'
  const { words, isWaiting } = completeness(feature)
  return (
    <div className={`max-w-3xl rounded-md border p-3 text-sm ${isWaiting ? 'border-challenge bg-challenge-tint' : ''}`}>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <p className="min-w-0 flex-1 basis-64" role="status">
          <span className="font-medium">{words.charAt(0).toUpperCase() + words.slice(1)}.</span>{' '}
          {isRunning && (
            <>
              {backfill.instances.toLocaleString()} stored events counted, {backfill.entities.toLocaleString()} counters filled.
            </>
          )}
          {!isRunning && isWaiting && (
            <>
              Until it covers its whole window it is unknown, and rules on it do not fire.{' '}
              {completeFrom !== undefined && (
                <>
                  By itself it is complete <Time at={completeFrom} look="exact" />; filled from stored events, at once.
                </>
              )}
            </>
          )}
          {!isRunning && !isWaiting && backfill?.status === 'done' && (
            <>
              It was filled from {backfill.instances.toLocaleString()} stored events, <Time at={backfill.updatedAt} look="relative" />.
            </>
          )}
          {!isRunning && !isWaiting && backfill?.status !== 'done' && 'It covers its whole window.'}
        </p>
        {!isComplete && !isRunning && may('POST /velocity-features/{name}/backfill') && (
          <Button look="primary" isBusy={fill.isPending} onClick={() => fill.mutate()}>
            {backfill === undefined ? 'Fill it from history' : 'Go on filling'}
          </Button>
        )}
      </div>
      {isRunning && (
        <progress className="mt-2 h-2 w-full accent-accent" max={1} value={backfill.progress} aria-label="Progress of filling">
          {words}
        </progress>
      )}
      {fill.isError && <Problem what="It is not being filled" error={fill.error} />}
    </div>
  )
}
