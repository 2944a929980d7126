import { useState } from 'react'
import { api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { Problem } from '../../parts/problem.tsx'
import { Select } from '../../parts/select.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { announce } from '../../parts/toast.ts'
import type { Outcome } from '../../policy-draft/policy-draft.ts'
import { type BenchEvent, toTest } from './bench-events.ts'

/** Saves the event with what is expected of it. From then on a change that decides otherwise is refused. */
export function SaveTest({
  actionCode,
  event,
  outcome,
  taken,
  onSaved,
}: {
  actionCode: string
  event: BenchEvent
  outcome: Outcome
  taken: readonly string[]
  onSaved: (name: string) => Promise<void>
}) {
  const { may } = useMe()
  const [isOpen, setOpen] = useState(false)
  const [name, setName] = useState(event.title)
  const [expected, setExpected] = useState<Outcome>()
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<unknown>()
  if (!may('POST /action-configurations/{actionCode}/tests') || event.id.startsWith('test:')) return null
  const wanted = expected ?? outcome
  const error =
    name.trim() === '' ? 'A test needs a name.' : taken.includes(name.trim()) ? 'There is a test of this name already.' : undefined
  const path = { actionCode, name: name.trim() }
  const save = async () => {
    setBusy(true)
    setProblem(undefined)
    try {
      await api.post('/action-configurations/{actionCode}/tests', { path: { actionCode }, body: toTest(event, path.name, wanted) })
      setOpen(false)
      announce('The test is saved.', async () => {
        await api.delete('/action-configurations/{actionCode}/tests/{name}', { path })
        await onSaved(path.name)
      })
      await onSaved(path.name)
    } catch (caught) {
      setProblem(caught)
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <Button icon="plus" onClick={() => setOpen(true)}>
        Save as a test
      </Button>
      <Dialog
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        title="Save the event as a test"
        actions={
          <>
            <Button onClick={() => setOpen(false)}>Cancel</Button>
            <Button look="primary" isBusy={isBusy} disabled={error !== undefined} onClick={() => void save()}>
              Save the test
            </Button>
          </>
        }
      >
        <p className="mb-3 text-sm text-soft">
          Whoever changes the rules of this action later sees at once if this event would be decided otherwise.
        </p>
        <div className="space-y-3">
          <TextField label="Name" value={name} onValue={setName} maxLength={128} error={error} />
          <Select
            label="Expected outcome"
            value={wanted}
            onValue={setExpected}
            options={[
              { value: 'ALLOW', label: 'Allow' },
              { value: 'CHALLENGE', label: 'Challenge' },
              { value: 'REVIEW', label: 'Review' },
              { value: 'BLOCK', label: 'Block' },
            ]}
            hint={
              wanted === outcome
                ? 'As the draft decides now.'
                : 'The draft decides otherwise now, so the test fails until the rule is right.'
            }
          />
          {problem !== undefined && <Problem what="The test could not be saved" error={problem} />}
        </div>
      </Dialog>
    </>
  )
}
