import { Button, IconButton } from '../../../parts/button.tsx'
import { Select } from '../../../parts/select.tsx'
import { TextField } from '../../../parts/text-field.tsx'
import type { LimitDraft, TypedLimit, TypedPrefixLimit } from './limit-draft.ts'

const blocks = [
  { value: 'country', label: 'One country' },
  { value: '100', label: '100 numbers in a row' },
  { value: '1000', label: '1,000 numbers in a row' },
  { value: '10000', label: '10,000 numbers in a row' },
  { value: '100000', label: '100,000 numbers in a row' },
  { value: '1000000', label: '1,000,000 numbers in a row' },
]

/** The limits of a method, each with the time in which it holds. */
export function LimitFields({ draft, onDraft }: { draft: LimitDraft; onDraft: (draft: LimitDraft) => void }) {
  const { answers, sends, prefixes } = draft
  const setSends = (next: readonly TypedLimit[]) => onDraft({ ...draft, sends: next })
  const setPrefixes = (next: readonly TypedPrefixLimit[]) => onDraft({ ...draft, prefixes: next })
  return (
    <div className="space-y-5">
      {answers && (
        <fieldset>
          <legend className="mb-1 text-sm font-medium">Wrong answers of one user</legend>
          <Window what="Wrong answers" limit={answers} onLimit={(next) => onDraft({ ...draft, answers: next })} />
        </fieldset>
      )}
      {sends && (
        <fieldset className="space-y-2">
          <legend className="mb-1 text-sm font-medium">Messages to one user; all of these hold</legend>
          {sends.map((limit, index) => (
            <div key={index} className="flex items-end gap-2">
              <Window
                what={`Messages, limit ${index + 1}`}
                limit={limit}
                onLimit={(next) => setSends(sends.map((one, at) => (at === index ? { ...one, ...next } : one)))}
              />
              {sends.length > 1 && (
                <IconButton
                  icon="trash"
                  label={`Take limit ${index + 1} of messages away`}
                  onClick={() => setSends(sends.filter((_, at) => at !== index))}
                />
              )}
            </div>
          ))}
          {sends.length < 5 && (
            <Button icon="plus" onClick={() => setSends([...sends, { rateLimit: '20', windowInMinutes: '1440' }])}>
              Another limit
            </Button>
          )}
        </fieldset>
      )}
      {prefixes && (
        <fieldset className="space-y-3">
          <legend className="mb-1 text-sm font-medium">Messages of all users together to numbers that belong together</legend>
          {prefixes.map((limit, index) => {
            const set = (next: Partial<TypedPrefixLimit>) =>
              setPrefixes(prefixes.map((one, at) => (at === index ? { ...one, ...next } : one)))
            return (
              <div key={index} className="flex flex-wrap items-end gap-2">
                <Select
                  label="To"
                  className="w-52"
                  value={limit.blockSize}
                  onValue={(blockSize) => set({ blockSize })}
                  options={
                    blocks.some(({ value }) => value === limit.blockSize)
                      ? blocks
                      : [...blocks, { value: limit.blockSize, label: `${Number(limit.blockSize).toLocaleString('en')} numbers in a row` }]
                  }
                />
                <Window what={`Messages to numbers, limit ${index + 1}`} limit={limit} onLimit={set} />
                <TextField
                  label="Only in"
                  className="w-32"
                  value={limit.countryCodes}
                  onValue={(countryCodes) => set({ countryCodes })}
                  placeholder="every country"
                />
                {prefixes.length > 1 && (
                  <IconButton
                    icon="trash"
                    label={`Take limit ${index + 1} of numbers away`}
                    onClick={() => setPrefixes(prefixes.filter((_, at) => at !== index))}
                  />
                )}
              </div>
            )
          })}
          {prefixes.length < 20 && (
            <Button
              icon="plus"
              onClick={() =>
                setPrefixes([...prefixes, { blockSize: 'country', rateLimit: '30', windowInMinutes: '60', countryCodes: '', isOff: false }])
              }
            >
              Another limit
            </Button>
          )}
        </fieldset>
      )}
    </div>
  )
}

function Window({ what, limit, onLimit }: { what: string; limit: TypedLimit; onLimit: (limit: TypedLimit) => void }) {
  const { rateLimit, windowInMinutes } = limit
  return (
    <div className="flex items-center gap-2 text-sm">
      <TextField
        label={`${what}: at most`}
        isLabelHidden
        className="w-16"
        inputMode="numeric"
        value={rateLimit}
        onValue={(next) => onLimit({ rateLimit: next, windowInMinutes })}
      />
      <span aria-hidden="true">in</span>
      <TextField
        label={`${what}: minutes`}
        isLabelHidden
        className="w-20"
        inputMode="decimal"
        value={windowInMinutes}
        onValue={(next) => onLimit({ rateLimit, windowInMinutes: next })}
      />
      <span aria-hidden="true">minutes</span>
    </div>
  )
}
