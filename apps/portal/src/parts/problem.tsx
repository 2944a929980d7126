import { ApiFault } from '../api/api-fault.ts'
import { Button } from './button.tsx'
import { CopyId } from './copy-id.tsx'
import { Icon } from './icon.tsx'
import { Sentence } from './sentence.tsx'

/** Something failed: what, why, and what to do. `what` is a sentence without its period: `The list could not be saved`. */
export function Problem({ what, error, onRetry }: { what: string; error: unknown; onRetry?: () => void }) {
  const fault = error instanceof ApiFault ? error : undefined
  return (
    <div role="alert" className="flex gap-3 rounded-md border border-block bg-block-tint p-3 text-sm">
      <Icon name="warning" className="mt-0.5 text-block" />
      <div className="min-w-0 space-y-1">
        <p className="font-medium">{what}.</p>
        <p>
          {fault === undefined ? (
            'The page made a mistake. Nothing was changed by it; reload the page to go on.'
          ) : (
            <Sentence>{fault.message}</Sentence>
          )}
        </p>
        {fault?.requestId !== undefined && (
          <p className="flex items-center gap-1 text-xs">
            Request <CopyId id={fault.requestId} label="the request id" />
          </p>
        )}
        {onRetry && (
          <Button onClick={onRetry} icon="refresh" className="mt-1">
            Try again
          </Button>
        )}
      </div>
    </div>
  )
}
