import { useState } from 'react'
import { api } from '../../api/api.ts'
import { Button } from '../../parts/button.tsx'
import { FormDialog } from '../../parts/form-dialog.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { announce } from '../../parts/toast.ts'
import { UserText } from '../../parts/user-text.tsx'
import type { Receipt } from './receipt.ts'
import { useRefreshEvents } from './use-refresh-events.ts'

const usualReasons = ['The customer called: it was not them', 'Chargeback', 'Account takeover confirmed']

/** Records that it was not the user. It cannot be undone, and so says first what it does. */
export function DisputeDialog({ receipt, isOpen, onClose }: { receipt: Receipt; isOpen: boolean; onClose: () => void }) {
  const refresh = useRefreshEvents()
  const [reason, setReason] = useState('')
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const { userId, action, idempotencyKey } = receipt
  const dispute = async () => {
    setBusy(true)
    setError(undefined)
    try {
      await api.post('/events/{userId}/{action}/{idempotencyKey}/dispute', {
        path: { userId, action, idempotencyKey },
        body: { reason: reason.trim() },
      })
      onClose()
      announce('Disputed. The receipt says what that took back.')
      await refresh()
    } catch (thrown) {
      setError(thrown)
    } finally {
      setBusy(false)
    }
  }
  const isRight = reason.trim() !== ''
  return (
    <FormDialog
      isOpen={isOpen}
      onClose={onClose}
      title="It was not the user"
      verb="Dispute"
      look="danger"
      isReady={isRight}
      isBusy={isBusy}
      onSubmit={dispute}
      error={error}
      failure="The dispute was not recorded"
    >
      <p>
        The server takes back what it learned from this action of <UserText className="font-medium">{userId}</UserText>: the trust in the
        address and the device, and how often they were seen. The reputation of the address gets worse, and the action is labelled fraud.
        This cannot be undone; the receipt then says what it took back.
      </p>
      <TextField label="Reason" hint="Kept with the action and in the audit log." value={reason} onValue={setReason} maxLength={1000} />
      <div className="flex flex-wrap gap-1.5">
        {usualReasons.map((one) => (
          <Button key={one} className="h-6! px-2! text-xs" onClick={() => setReason(one)}>
            {one}
          </Button>
        ))}
      </div>
    </FormDialog>
  )
}
