import { type ReactNode, useState } from 'react'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { Problem } from './problem.tsx'
import { TextField } from './text-field.tsx'
import { UserText } from './user-text.tsx'

interface Props {
  isOpen: boolean
  onClose: () => void
  /** `Delete the list` */
  title: string
  /** What has to be typed. */
  name: string
  /** What will be gone, and what stays. */
  children: ReactNode
  /** Says what is done: `Delete`. */
  verb: string
  onConfirm: () => Promise<unknown>
}

/** Asks for the name of what is about to be destroyed. For what cannot be undone; everything else gets an Undo instead. */
export function ConfirmByName({ isOpen, onClose, title, name, children, verb, onConfirm }: Props) {
  const [typed, setTyped] = useState('')
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const close = () => {
    setTyped('')
    setError(undefined)
    onClose()
  }
  const confirm = async () => {
    setBusy(true)
    setError(undefined)
    try {
      await onConfirm()
      close()
    } catch (thrown) {
      setError(thrown)
    } finally {
      setBusy(false)
    }
  }
  const isRight = typed.trim() === name
  return (
    <Dialog
      isOpen={isOpen}
      onClose={close}
      title={title}
      actions={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button look="danger" disabled={!isRight} isBusy={isBusy} onClick={confirm}>
            {verb}
          </Button>
        </>
      }
    >
      <form
        className="space-y-3"
        onSubmit={(event) => {
          event.preventDefault()
          if (isRight) void confirm()
        }}
      >
        <div>{children}</div>
        <p>
          Type <UserText className="font-semibold">{name}</UserText> to confirm.
        </p>
        <TextField label="Name" isLabelHidden value={typed} onValue={setTyped} />
        {error !== undefined && <Problem error={error} what={`It could not be done: ${verb.toLowerCase()}`} />}
      </form>
    </Dialog>
  )
}
