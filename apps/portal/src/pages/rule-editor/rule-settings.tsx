import { useState } from 'react'
import { Checkbox } from '../../parts/checkbox.tsx'
import { Select } from '../../parts/select.tsx'
import { TextArea, TextField } from '../../parts/text-field.tsx'
import { FirstMethod, MethodChoice } from '../../policy-draft/method-choice.tsx'
import type { DraftRule } from '../../policy-draft/policy-draft.ts'
import type { RuleProblem } from '../../rule-tree/find-problems.ts'
import { localToIso, toLocal } from './local-time.ts'

type Change = (fields: Partial<DraftRule>, kind?: string) => void

/** The rest of a rule: for whom, until when, and what its challenge asks for. */
export function RuleSettings({
  rule,
  change,
  problems,
  whenUnenrolled,
}: {
  rule: DraftRule
  change: Change
  problems: readonly RuleProblem[]
  whenUnenrolled: string
}) {
  const errorOf = (field: RuleProblem['field']) =>
    problems.find((problem) => problem.field === field && problem.severity === 'error')?.message
  const share = rule.rolloutPercent ?? 100
  const isChallenge = rule.type === 'CHALLENGE'
  return (
    <div className="space-y-4">
      <div className="grid gap-x-4 gap-y-3 narrow:grid-cols-2">
        <TextField
          label="For how many users (percent)"
          type="number"
          min={0}
          max={100}
          step="any"
          value={String(share)}
          onValue={(text) => {
            const number = Number(text)
            if (text !== '' && Number.isFinite(number)) change({ rolloutPercent: number === 100 ? null : number }, 'share')
          }}
          error={errorOf('rolloutPercent')}
          hint="The same users each time. 100 is everybody."
        />
        <TextField
          label="Until"
          type="datetime-local"
          value={rule.expiresAt ? toLocal(rule.expiresAt) : ''}
          onValue={(text) => change({ expiresAt: localToIso(text) ?? null }, 'expires')}
          hint={rule.expiresAt ? 'In your time zone. The rule is off from then on.' : 'Empty: it stays until somebody switches it off.'}
        />
        {(isChallenge || rule.whenUnenrolled) && (
          <Select
            label="When the user has no authenticator"
            value={rule.whenUnenrolled ?? ''}
            onValue={(value) => change({ whenUnenrolled: (value || null) as DraftRule['whenUnenrolled'] })}
            options={[
              { value: '', label: `As the action says (${unenrolledWords[whenUnenrolled] ?? whenUnenrolled})` },
              { value: 'ENROLL', label: 'Ask to add one first' },
              { value: 'BLOCK', label: 'Block the action' },
              { value: 'ALLOW', label: 'Let it through' },
            ]}
          />
        )}
        <Select
          label="When a signal cannot be found out"
          value={rule.whenUndetermined ?? 'MATCH_IF_STRICTER'}
          onValue={(value) => change({ whenUndetermined: value === 'SKIP' ? 'SKIP' : null })}
          options={[
            { value: 'MATCH_IF_STRICTER', label: 'Be careful: the rule applies' },
            { value: 'SKIP', label: 'Skip the rule' },
          ]}
          hint="Such as an address that no data set can place. “Be careful” holds where the rule is stricter than the default."
        />
      </div>
      {(isChallenge || rule.verificationMethods || rule.defaultVerificationMethod) && (
        <div className="grid items-start gap-x-4 gap-y-3 narrow:grid-cols-2">
          <MethodChoice
            label="Methods that may answer"
            otherwise="as the action says"
            chosen={rule.verificationMethods ?? []}
            onChosen={(methods) => change({ verificationMethods: methods.length === 0 ? null : methods })}
          />
          <FirstMethod
            otherwise="As the action says"
            value={rule.defaultVerificationMethod}
            onValue={(defaultVerificationMethod) => change({ defaultVerificationMethod })}
          />
        </div>
      )}
      {(isChallenge || rule.challenge) && <Challenge rule={rule} change={change} error={errorOf('maxAgeSeconds')} />}
      <Tags tags={rule.tags ?? []} onTags={(tags) => change({ tags: tags.length === 0 ? null : tags }, 'tags')} />
      <TextField
        label="Description"
        value={rule.description ?? ''}
        onValue={(text) => change({ description: text || null }, 'description')}
        hint="What people read on receipts below the name."
        maxLength={4096}
      />
      <TextArea
        label="Note"
        rows={2}
        value={rule.note ?? ''}
        onValue={(text) => change({ note: text || null }, 'note')}
        hint="For whoever changes the rule next: why it is as it is."
        maxLength={4096}
      />
    </div>
  )
}

const unenrolledWords: Record<string, string> = { ENROLL: 'ask to add one', BLOCK: 'block', ALLOW: 'let it through' }

function Tags({ tags, onTags }: { tags: readonly string[]; onTags: (tags: string[]) => void }) {
  const [text, setText] = useState(tags.join(', '))
  const read = (typed: string) =>
    [...new Set(typed.split(',').map((tag) => tag.trim()))].filter((tag) => tag !== '' && tag.length <= 64).slice(0, 32)
  // Another step of undo, or another tab, may have changed them.
  const shown = read(text).join() === tags.join() ? text : tags.join(', ')
  return (
    <TextField
      label="Tags"
      value={shown}
      onValue={(typed) => {
        setText(typed)
        onTags(read(typed))
      }}
      hint="Words to find it by, with commas between them."
    />
  )
}

function Challenge({ rule, change, error }: { rule: DraftRule; change: Change; error: string | undefined }) {
  const asked = rule.challenge ?? {}
  const set = (fields: NonNullable<DraftRule['challenge']>, kind?: string) => {
    const next = Object.fromEntries(Object.entries({ ...asked, ...fields }).filter(([, value]) => value !== undefined && value !== false))
    change({ challenge: Object.keys(next).length === 0 ? null : next }, kind)
  }
  return (
    <fieldset className="m-0 border-0 p-0">
      <legend className="mb-1 text-sm font-medium">The proof has to be</legend>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <Checkbox
          label="safe against phishing"
          checked={asked.phishingResistant === true}
          onChecked={(on) => set({ phishingResistant: on })}
        />
        <Checkbox
          label="by face, finger or PIN"
          checked={asked.userVerification === true}
          onChecked={(on) => set({ userVerification: on })}
        />
        <Checkbox label="bound to one device" checked={asked.deviceBound === true} onChecked={(on) => set({ deviceBound: on })} />
      </div>
      <TextField
        label="Seconds that it stays valid"
        type="number"
        min={1}
        max={86_400}
        className="mt-2 max-w-60"
        value={asked.maxAgeSeconds === undefined ? '' : String(asked.maxAgeSeconds)}
        onValue={(text) => set({ maxAgeSeconds: text === '' ? undefined : Number(text) }, 'age')}
        error={error}
        hint="Empty: as long as the token of the challenge."
      />
    </fieldset>
  )
}
