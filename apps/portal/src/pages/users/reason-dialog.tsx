import { useMutation } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { FormDialog } from '../../parts/form-dialog.tsx'
import { TextField } from '../../parts/text-field.tsx'

interface Props {
  isOpen: boolean
  onClose: () => void
  title: string
  /** What it does: `Remove`. */
  verb: string
  /** What will be gone, and what stays. */
  children: ReactNode
  /** As a sentence without its period: `The passkey was not removed`. */
  failure: string
  onConfirm: (reason: string) => Promise<unknown>
}

/** Asks why, before something is taken from a user. The audit log keeps the answer. */
export function ReasonDialog({ isOpen, onClose, title, verb, children, failure, onConfirm }: Props) {
  const [reason, setReason] = useState('')
  const given = reason.trim()
  const work = useMutation({ mutationFn: () => onConfirm(given), onSuccess: () => close() })
  const close = () => {
    setReason('')
    work.reset()
    onClose()
  }
  return (
    <FormDialog
      isOpen={isOpen}
      onClose={close}
      title={title}
      verb={verb}
      look="danger"
      isReady={given !== ''}
      isBusy={work.isPending}
      onSubmit={() => work.mutate()}
      error={work.error}
      failure={failure}
    >
      <div>{children}</div>
      <TextField
        label="Reason"
        value={reason}
        onValue={setReason}
        maxLength={500}
        hint="The audit log keeps it, with your name. Write nothing into it that has to be erased later."
      />
    </FormDialog>
  )
}
