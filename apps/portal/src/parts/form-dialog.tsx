import type { ReactNode } from 'react'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { Problem } from './problem.tsx'

/**
 * A dialog with fields and one thing to do, by its button or by Enter; nothing is done before `isReady`, nor twice. `failure` says what was not done, where
 * there is an `error`.
 */
export function FormDialog({
  isOpen = true,
  onClose,
  title,
  verb,
  look = 'primary',
  isReady = true,
  isBusy,
  onSubmit,
  error,
  failure,
  children,
}: {
  isOpen?: boolean
  onClose: () => void
  title: string
  verb: string
  look?: 'primary' | 'danger'
  isReady?: boolean
  isBusy: boolean
  onSubmit: () => void
  error: unknown
  failure: string
  children: ReactNode
}) {
  const submit = () => {
    if (isReady && !isBusy) onSubmit()
  }
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title={title}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look={look} disabled={!isReady} isBusy={isBusy} onClick={submit}>
            {verb}
          </Button>
        </>
      }
    >
      <form
        className="space-y-3"
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        {children}
        {error != null && <Problem what={failure} error={error} />}
      </form>
    </Dialog>
  )
}
