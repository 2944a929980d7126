import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { Button } from '../../parts/button.tsx'
import { Icon } from '../../parts/icon.tsx'
import { methodTitle } from '../../parts/method-words.ts'
import { Time } from '../../parts/time.tsx'
import { type LockedMethod, UnlockMethod } from '../../parts/unlock-method.tsx'

/** Methods of the user whose answers are not judged now. Nothing, where there is none. */
export function LockedMethods({ userId }: { userId: string }) {
  const { may } = useMe()
  const [unlocking, setUnlocking] = useState<LockedMethod>()
  const { data } = useQuery({
    queryKey: ['user', userId, 'throttled'],
    queryFn: ({ signal }) => api.get('/limits/throttled', { query: { userId }, signal }),
  })
  const locked = data?.authenticators ?? []
  return (
    <>
      {locked.length > 0 && (
        <ul aria-label="Methods that have to wait" className="mb-4 space-y-2">
          {locked.map(({ verificationMethod, userAuthenticatorId, wrongAnswers, retryAt }) => (
            <li
              key={`${verificationMethod} ${userAuthenticatorId}`}
              className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-md border border-challenge bg-challenge-tint px-3 py-2 text-sm"
            >
              <Icon name="warning" className="text-challenge" />
              <span className="min-w-0 flex-1">
                {methodTitle(verificationMethod)}: {wrongAnswers} wrong answers in a row.{' '}
                {retryAt === undefined ? (
                  'No answer is judged until somebody unlocks it.'
                ) : (
                  <>
                    The next one is judged <Time at={retryAt} look="relative" />.
                  </>
                )}
              </span>
              {may('POST /users/{userId}/unlock') && <Button onClick={() => setUnlocking({ userId, verificationMethod })}>Unlock …</Button>}
            </li>
          ))}
        </ul>
      )}
      <UnlockMethod locked={unlocking} onClose={() => setUnlocking(undefined)} />
    </>
  )
}
