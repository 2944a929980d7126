import { type ReactNode, useState } from 'react'
import { FormDialog } from './form-dialog.tsx'
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
    <FormDialog
      isOpen={isOpen}
      onClose={close}
      title={title}
      verb={verb}
      look="danger"
      isReady={isRight}
      isBusy={isBusy}
      onSubmit={confirm}
      error={error}
      failure={`It could not be done: ${verb.toLowerCase()}`}
    >
      <div>{children}</div>
      <p>
        Type <UserText className="font-semibold">{name}</UserText> to confirm.
      </p>
      <TextField label="Name" isLabelHidden value={typed} onValue={setTyped} />
    </FormDialog>
  )
}
