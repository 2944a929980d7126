import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../api/api.ts'
import { Button } from '../parts/button.tsx'
import { Icon } from '../parts/icon.tsx'
import { Sentence } from '../parts/sentence.tsx'
import { Time } from '../parts/time.tsx'
import { UserText } from '../parts/user-text.tsx'
import { type Conflict, mergeDrafts } from './merge-drafts.ts'
import { draftOf } from './policy-draft.ts'
import { saidMessage } from './said-message.ts'
import type { PolicyDraftState } from './use-policy-draft.ts'
import { useSentences } from './use-rule-sentences.ts'

/**
 * Tells that somebody else has saved a version since the draft was begun: whose change, what it does, and both changes together. Nothing is lost until one of the
 * two buttons is pressed. Nothing while the base has not moved.
 */
export function MovedBase({ actionCode, state }: { actionCode: string; state: PolicyDraftState }) {
  if (!state.isMoved) return null
  return <Moved key={state.inForce.policyVersion} actionCode={actionCode} state={state} />
}

function Moved({ actionCode, state: { base, draft, inForce, rebase, discard } }: { actionCode: string; state: PolicyDraftState }) {
  const [choices, setChoices] = useState<Readonly<Record<string, 'mine' | 'theirs'>>>({})
  const sentences = useSentences()
  const { data: versions } = useQuery({
    queryKey: ['policies', actionCode, 'versions', inForce.policyVersion],
    queryFn: ({ signal }) => api.get('/action-configurations/{actionCode}/policy-versions', { path: { actionCode }, signal }),
  })
  const theirs = draftOf(inForce.policy)
  const { draft: both, conflicts } = mergeDrafts({ base: base.policy, mine: draft, theirs }, (id) => choices[id] ?? 'mine')
  const since = versions?.filter(({ version }) => version > base.version) ?? []
  return (
    <section aria-labelledby="moved-base" className="mb-4 rounded-md border border-challenge bg-challenge-tint p-4">
      <h2 id="moved-base" className="flex items-center gap-2 font-semibold">
        <Icon name="warning" className="text-challenge" />
        Somebody else has changed this policy. Your changes are still here.
      </h2>
      <ul className="mt-1 text-sm">
        {since.map(({ version, author, actor, createdAt, ...said }) => (
          <li key={version}>
            Version {version} by <UserText>{actor?.name ?? author}</UserText>, <Time at={createdAt} look="relative" />
            {saidMessage(said) !== undefined && (
              <>
                : “<UserText>{saidMessage(said) ?? ''}</UserText>”
              </>
            )}
          </li>
        ))}
      </ul>
      <div className="mt-3 grid gap-4 text-sm narrow:grid-cols-2">
        <Changes
          title={`Theirs: version ${base.version} to ${inForce.policyVersion}`}
          sentences={sentences?.ofDifference(base.policy, theirs)}
        />
        <Changes title="Yours, not saved" sentences={sentences?.ofDifference(base.policy, draft)} />
      </div>
      {conflicts.length > 0 && (
        <div className="mt-3 space-y-2">
          <p className="text-sm font-medium">Both of you have changed the same. Choose what stands:</p>
          {conflicts.map((conflict) => (
            <Choice
              key={conflict.id}
              conflict={conflict}
              value={choices[conflict.id] ?? 'mine'}
              onValue={(value) => setChoices({ ...choices, [conflict.id]: value })}
            />
          ))}
        </div>
      )}
      <div className="mt-3 text-sm">
        <Changes
          title={`Both together would change version ${inForce.policyVersion} like this`}
          sentences={sentences?.ofDifference(theirs, both)}
        />
      </div>
      <div className="mt-3 flex flex-wrap gap-2">
        <Button look="primary" onClick={() => rebase(both)}>
          Go on with both
        </Button>
        <Button onClick={discard}>Drop mine, keep theirs</Button>
      </div>
    </section>
  )
}

function Changes({ title, sentences }: { title: string; sentences: string[] | undefined }) {
  return (
    <div>
      <h3 className="font-medium">{title}</h3>
      <ul className="mt-1 list-disc space-y-1 pl-5">
        {sentences?.length === 0 && <li>Nothing.</li>}
        {sentences?.map((sentence) => (
          <li key={sentence}>
            <Sentence>{sentence}</Sentence>
          </li>
        ))}
      </ul>
    </div>
  )
}

const words: Readonly<Record<string, string>> = {
  defaultUserActionResult: 'the outcome when no rule matches',
  whenUnenrolled: 'what a challenge means for people without an authenticator',
  verificationMethods: 'the methods that may answer',
  requires: 'the inputs that an event must bring',
  whenMissing: 'what happens when an input is missing',
  type: 'outcome',
  rolloutPercent: 'share of users',
  expiresAt: 'end',
}

function Choice({
  conflict: { id, name, fields },
  value,
  onValue,
}: {
  conflict: Conflict
  value: 'mine' | 'theirs'
  onValue: (value: 'mine' | 'theirs') => void
}) {
  const what = fields.map((field) => words[field] ?? field).join(', ')
  return (
    <fieldset className="flex flex-wrap items-center gap-x-4 text-sm">
      <legend className="float-left mr-2">
        {name === undefined ? (
          what
        ) : (
          <>
            <UserText className="font-medium">{name}</UserText>: {fields.length === 0 ? 'one has removed it, the other changed it' : what}
          </>
        )}
      </legend>
      {(['mine', 'theirs'] as const).map((side) => (
        <label key={side} className="inline-flex min-h-6 items-center gap-1.5">
          <input type="radio" name={id} checked={value === side} onChange={() => onValue(side)} className="size-4 accent-accent" />
          {side === 'mine' ? 'Mine' : 'Theirs'}
        </label>
      ))}
    </fieldset>
  )
}
