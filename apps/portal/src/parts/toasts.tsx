import { useEffect, useState, useSyncExternalStore } from 'react'
import { Button, IconButton } from './button.tsx'
import { Problem } from './problem.tsx'
import { dismiss, onToasts, shownToasts, type Toast } from './toast.ts'
import { UserText } from './user-text.tsx'

/** Milliseconds until a line goes away by itself; one with an Undo stays longer. */
const lifetime = { plain: 5000, undo: 12_000 }

/** The place where short lines appear. It stands in the frame, once. */
export function Toasts() {
  const toasts = useSyncExternalStore(onToasts, shownToasts)
  return (
    <div role="status" className="fixed bottom-4 left-1/2 z-50 flex w-max max-w-[calc(100vw-24px)] -translate-x-1/2 flex-col gap-2">
      {toasts.map((toast) => (
        <Line key={toast.id} toast={toast} />
      ))}
    </div>
  )
}

function Line({ toast }: { toast: Toast }) {
  const { id, text, undo } = toast
  const [isHeld, setHeld] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  useEffect(() => {
    if (isHeld || isBusy || error !== undefined) return
    const timer = setTimeout(() => dismiss(id), undo === undefined ? lifetime.plain : lifetime.undo)
    return () => clearTimeout(timer)
  }, [id, undo, isHeld, isBusy, error])
  const goBack = async () => {
    setBusy(true)
    try {
      await undo?.()
      dismiss(id)
    } catch (thrown) {
      setError(thrown)
    } finally {
      setBusy(false)
    }
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the hand over a line only keeps it there
    <div
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      className="rounded-lg border bg-raised py-1.5 pr-1.5 pl-4 shadow-float"
    >
      <div className="flex items-center gap-2 text-sm">
        <span className="min-w-0 flex-1">
          <UserText>{text}</UserText>
        </span>
        {undo && (
          <Button look="quiet" className="text-accent" isBusy={isBusy} onClick={goBack}>
            Undo
          </Button>
        )}
        <IconButton icon="close" label="Dismiss" onClick={() => dismiss(id)} />
      </div>
      {error !== undefined && <Problem what="It could not be undone" error={error} />}
    </div>
  )
}
