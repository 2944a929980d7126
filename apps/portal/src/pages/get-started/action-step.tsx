import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import { api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { Button } from '../../parts/button.tsx'
import { Problem } from '../../parts/problem.tsx'
import { Select } from '../../parts/select.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { announce } from '../../parts/toast.ts'
import { UserText } from '../../parts/user-text.tsx'
import { enrolmentAction } from './write-code.ts'

/** Which action of the application is asked about: one that there is, or a new one that always challenges. */
export function ActionStep({
  action,
  onAction,
  codes,
  hasAction,
}: {
  action: string
  onAction: (action: string) => void
  codes: readonly string[]
  hasAction: boolean
}) {
  const { may } = useMe()
  const client = useQueryClient()
  const [name, setName] = useState('')
  const code = name.trim()
  const create = useMutation({
    mutationFn: async () => {
      await api.post('/action-configurations', { body: { actionCode: code, defaultUserActionResult: 'CHALLENGE' } })
      if (!codes.includes(enrolmentAction)) {
        await api.post('/action-configurations', { body: { actionCode: enrolmentAction, defaultUserActionResult: 'ALLOW' } })
      }
    },
    onSuccess: () => {
      announce(`${code} asks for a passkey each time.`)
      onAction(code)
      setName('')
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['actions'] }),
  })
  const choices = codes.filter((one) => one !== enrolmentAction)
  const isRight = /^[a-zA-Z0-9_-]{1,64}$/.test(code) && !codes.includes(code)
  return (
    <>
      <p>
        An action is what your application asks about, such as a transfer or a change of the e-mail address.{' '}
        {hasAction && (
          <>
            When it challenges is said by the rules of{' '}
            <Link href={`/actions/${encodeURIComponent(action)}`} className="text-accent underline">
              <UserText>{action}</UserText>
            </Link>
            .
          </>
        )}
      </p>
      {choices.length > 0 && (
        <Select
          label="The code below is for"
          value={choices.includes(action) ? action : ''}
          onValue={onAction}
          options={[
            ...(choices.includes(action) ? [] : [{ value: '', label: 'choose' }]),
            ...choices.map((one) => ({ value: one, label: one })),
          ]}
          className="max-w-md"
        />
      )}
      {may('POST /action-configurations') && (
        <form
          className="flex max-w-md flex-wrap items-end gap-2"
          onSubmit={(event) => {
            event.preventDefault()
            if (isRight) create.mutate()
          }}
        >
          <TextField
            label={choices.length > 0 ? 'Or create one' : 'Create it'}
            value={name}
            onValue={setName}
            placeholder="transfer"
            maxLength={64}
            isMono
            error={code === '' || isRight ? undefined : codes.includes(code) ? 'It is there already.' : 'Letters, digits, - and _.'}
            className="flex-1 basis-40"
          />
          <Button type="submit" disabled={!isRight} isBusy={create.isPending}>
            Create
          </Button>
          <p className="w-full text-xs text-soft">
            It asks for a passkey each time until you write rules, so that you see a challenge at once.
          </p>
        </form>
      )}
      {create.isError && <Problem what="The action was not created" error={create.error} />}
    </>
  )
}
