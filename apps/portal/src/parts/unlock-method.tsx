import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api } from '../api/api.ts'
import { FormDialog } from './form-dialog.tsx'
import { methodTitle } from './method-words.ts'
import { announce } from './toast.ts'
import { UserText } from './user-text.tsx'

/** A method of a user whose answers are not judged now. */
export interface LockedMethod {
  userId: string
  verificationMethod: string
}

/** Lets a user answer again, after somebody made sure that it is the user who asks. `undefined`: it is closed. */
export function UnlockMethod({ locked, onClose }: { locked: LockedMethod | undefined; onClose: () => void }) {
  const client = useQueryClient()
  const unlock = useMutation({
    mutationFn: ({ userId, verificationMethod }: LockedMethod) =>
      api.post('/users/{userId}/unlock', { path: { userId }, body: { verificationMethod } }),
    onSuccess: async (_, { userId, verificationMethod }) => {
      announce(`${methodTitle(verificationMethod)} is unlocked.`)
      close()
      await Promise.all([['limits'], ['user', userId]].map((queryKey) => client.invalidateQueries({ queryKey })))
    },
  })
  const close = () => {
    unlock.reset()
    onClose()
  }
  return (
    <FormDialog
      isOpen={locked !== undefined}
      onClose={close}
      title="Unlock the method"
      verb="Unlock"
      isBusy={unlock.isPending}
      onSubmit={() => locked && unlock.mutate(locked)}
      error={unlock.error}
      failure="The method was not unlocked"
    >
      {locked && (
        <p>
          The wrong answers that were given for <UserText className="font-semibold">{locked.userId}</UserText> with{' '}
          {methodTitle(locked.verificationMethod).toLowerCase()} are forgotten, and the next answer is judged. First make sure that it is
          the user who asks: whoever guessed may guess again.
        </p>
      )}
    </FormDialog>
  )
}
