import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useMe } from '../../../api/me.ts'
import { Button } from '../../../parts/button.tsx'
import { Loaded } from '../../../parts/loaded.tsx'
import { Problem } from '../../../parts/problem.tsx'
import { Section } from '../../../parts/section.tsx'
import { TextField } from '../../../parts/text-field.tsx'
import { announce } from '../../../parts/toast.ts'
import { useSettled } from '../../../parts/use-settled.ts'
import { useChangeMethod } from '../methods/use-change-method.ts'
import type { Method } from '../methods/use-methods.ts'
import { asChange, changedLimits, draftProblem, limitDraftOf, restoreOf, usualOf } from './limit-draft.ts'
import { LimitFields } from './limit-fields.tsx'
import { LimitPreview } from './limit-preview.tsx'
import { usePreview } from './use-preview.ts'

/** The limits of a method: changed here, and saved only after the page has said what the change would mean. */
export function MethodLimits({ method }: { method: Method }) {
  const { limits, path } = method
  const { may } = useMe()
  const { change } = useChangeMethod(method)
  const before = limitDraftOf(limits)
  const [draft, setDraft] = useState(before)
  const [price, setPrice] = useState('')
  const mayChange = may('PATCH /authenticator-configurations/{authenticatorId}') && method.authenticatorId !== undefined
  const problem = draftProblem(draft)
  const proposed = problem === undefined ? changedLimits(before, draft) : {}
  const isChanged = Object.keys(proposed).length > 0
  const settled = useSettled(JSON.stringify([proposed, price]))
  const isSettled = settled === JSON.stringify([proposed, price])
  const perMessage = price.trim() === '' || !(Number(price) >= 0) ? undefined : Number(price)
  const now = usePreview(path, {}, isSettled ? perMessage : undefined, true)
  const then = usePreview(path, proposed, perMessage, isChanged && isSettled)
  const isSeen = isChanged && isSettled && then.isSuccess && !then.isPlaceholderData
  const save = useMutation({
    mutationFn: () => change(asChange(proposed)),
    onSuccess: () => announce('The limits are changed.', () => change(restoreOf(limits))),
  })
  const reset = useMutation({
    mutationFn: () => change(usualOf(limits)),
    onSuccess: () => announce('The usual limits hold again.', () => change(restoreOf(limits))),
  })
  const kinds = [limits.answers, limits.sends, limits.prefixes].filter((kind) => kind !== undefined)
  const isUsual = kinds.every((kind) => kind.isUsual)
  const stopped = isSeen ? stoppedUsers(then.data) - (now.data ? stoppedUsers(now.data) : 0) : 0
  return (
    <Section
      title="Limits"
      aside={
        mayChange &&
        !isUsual && (
          <Button look="quiet" icon="undo" isBusy={reset.isPending} onClick={() => reset.mutate()}>
            Back to the usual limits
          </Button>
        )
      }
    >
      <p className="mb-3 max-w-[80ch] text-sm text-soft">
        {isUsual ? 'These are the usual limits.' : 'The tenant has set limits of its own.'} They hold on every server and for every way to
        ask.
      </p>
      {reset.isError && <Problem what="Nothing was changed" error={reset.error} />}
      <form
        className="max-w-3xl space-y-5"
        onSubmit={(event) => {
          event.preventDefault()
          if (isSeen) save.mutate()
        }}
      >
        <fieldset disabled={!mayChange}>
          <legend className="sr-only">Limits of the method</legend>
          <LimitFields draft={draft} onDraft={setDraft} />
        </fieldset>
        {limits.prefixes && (
          <TextField
            label="Price of one message"
            className="max-w-xs"
            inputMode="decimal"
            value={price}
            onValue={setPrice}
            hint="In any currency, for the figures below. It is not kept."
          />
        )}
        {isChanged && then.isError ? (
          <Problem what="These limits cannot be set" error={then.error} />
        ) : (
          <Loaded query={now} what="what the limits mean">
            {(preview) => <LimitPreview now={preview} proposed={isChanged ? then.data : undefined} />}
          </Loaded>
        )}
        {problem !== undefined && (
          <p role="alert" className="text-sm text-block">
            {problem}
          </p>
        )}
        {stopped > 0 && (
          <p role="status" className="text-sm text-challenge">
            {stopped === 1 ? 'One user' : `${stopped.toLocaleString('en')} users`} of the last 30 days would have been stopped by this
            change.
          </p>
        )}
        {mayChange && (
          <div className="flex flex-wrap gap-2">
            <Button type="submit" look="primary" disabled={!isSeen} isBusy={save.isPending}>
              {isChanged && !isSeen && !then.isError ? 'Counting …' : 'Save the limits'}
            </Button>
            {(isChanged || problem !== undefined) && <Button onClick={() => setDraft(before)}>Discard</Button>}
          </div>
        )}
        {save.isError && <Problem what="Nothing was changed" error={save.error} />}
      </form>
    </Section>
  )
}

function stoppedUsers({ history: { answers, sends } }: { history: { answers?: Stopped; sends?: Stopped } }): number {
  return Math.max(answers?.usersStopped ?? 0, sends?.usersStopped ?? 0)
}

interface Stopped {
  usersStopped: number
}
